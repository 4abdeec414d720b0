// Addresses and ranges of the condition operators `IpAddress` and `NotIpAddress`, in CIDR notation (RFC 4632 and
// RFC 4291 section 2).

/** Whether the address lies in the range. An IPv4 address lies in no IPv6 range; what is neither lies nowhere. */
export function liesWithin(range: string, address: string): boolean {
  const [base = '', prefix, ...more] = range.split('/')
  const rangeBytes = bytesOf(base)
  const bytes = bytesOf(address)
  if (rangeBytes === undefined || rangeBytes.length !== bytes?.length || more.length > 0) return false
  // The documentation speaks of /32 alone; for IPv6 that would be a range nobody means.
  const bits = prefix === undefined ? bytes.length * 8 : readBits(prefix)
  return bits <= bytes.length * 8 && samePrefix(rangeBytes, bytes, bits)
}

function samePrefix(left: readonly number[], right: readonly number[], bits: number): boolean {
  return left.every((byte, index) => {
    const ignored = Math.min(8, Math.max(0, 8 * (index + 1) - bits))
    return byte >> ignored === (right[index] ?? 0) >> ignored
  })
}

function readBits(text: string): number {
  return /^\d{1,3}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY
}

function bytesOf(address: string): number[] | undefined {
  return address.includes(':') ? bytesOfIpv6(address) : bytesOfIpv4(address)
}

function bytesOfIpv4(address: string): number[] | undefined {
  const octets = address.split('.')
  if (octets.length !== 4 || !octets.every((octet) => /^(?:0|[1-9]\d{0,2})$/.test(octet))) return undefined
  const bytes = octets.map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : undefined
}

function bytesOfIpv6(address: string): number[] | undefined {
  const [head = '', tail, ...more] = address.split('::')
  const left = groupsOf(head, tail === undefined)
  const right = tail === undefined ? [] : groupsOf(tail, true)
  if (left === undefined || right === undefined || more.length > 0) return undefined
  const missing = 16 - left.length - right.length
  // `::` stands for at least one group.
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined
  return [...left, ...Array<number>(missing).fill(0), ...right]
}

// An IPv4 address may stand for the last two groups of all.
function groupsOf(text: string, atEnd: boolean): number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    const mayBeIpv4 = atEnd && index === groups.length - 1
    const embedded = mayBeIpv4 ? bytesOfIpv4(group) : undefined
    if (embedded === undefined && !/^[0-9a-f]{1,4}$/i.test(group)) return undefined
    const value = Number.parseInt(group, 16)
    bytes.push(...(embedded ?? [value >> 8, value & 255]))
  }
  return bytes
}
