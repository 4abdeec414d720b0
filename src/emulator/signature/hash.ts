// SHA-256 in the spellings that Signature Version 4 and AWS's messages about it use.

/** Lower-case hexadecimal digits, as in the canonical request and the string to sign. */
export async function sha256Hex(bytes: BufferSource): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  let digits = ''
  for (const byte of hash) digits += hexPairs[byte]
  return digits
}

/** Base64, as in AWS's messages. */
export async function sha256Base64(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', utf8(text))
  return btoa(String.fromCharCode(...new Uint8Array(hash)))
}

/** The text's bytes. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text)
}

const encoder = new TextEncoder()
const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
