// Bytes and ids that follow from a seed, so that a test run can be repeated; without a seed they are random.

/** Bytes without an end, the same for the same seed and label. */
export async function seededBytes(
  seed: string,
  label: string,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey(
    'raw',
    utf8(`seed ${seed}`),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const bytes = new Uint8Array(Math.ceil(length / 32) * 32)
  for (let block = 0; block * 32 < bytes.length; block++) {
    const part = await crypto.subtle.sign('HMAC', key, utf8(`${label} ${block}`))
    bytes.set(new Uint8Array(part), block * 32)
  }
  return bytes.slice(0, length)
}

/** A UUID, made without waiting: it only names something, so that a hash for hash tables will do. */
export function seededUuid(seed: string, label: string): string {
  const words = [1, 2, 3, 4].map((salt) => fnv1a(`${salt} ${label} ${seed}`))
  const hex = words.map((word) => word.toString(16).padStart(8, '0')).join('')
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5')
}

// FNV-1a over UTF-16 units, with the avalanche of MurmurHash3's end.
function fnv1a(text: string): number {
  let hash = 0x81_1c_9d_c5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}
