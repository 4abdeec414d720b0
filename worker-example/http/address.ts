// The address by which strangers are counted.

/** Where a request comes from; of IPv6 the /64, which is the least that one household has. */
export function addressOf({ headers }: Request): string {
  // https://developers.cloudflare.com/fundamentals/reference/http-headers/#cf-connecting-ip
  const address = headers.get('Cf-Connecting-Ip') ?? 'unknown'
  return address.includes(':') ? groupsOf(address).slice(0, 4).join(':') : address
}

// Where groups of zeros are left out (RFC 5952 section 4.2), there may be some of the first four among them.
function groupsOf(address: string): string[] {
  const [before = [], after = []] = address
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''))
  const leftOut = Math.max(0, 8 - before.length - after.length)
  return [...before, ...Array<string>(leftOut).fill('0'), ...after]
}
