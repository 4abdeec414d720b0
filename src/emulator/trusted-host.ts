// Whether a browser that asks for something of the emulator's own, and not of AWS's, does so on behalf of its owner.

/**
 * Whether a page of another site can't have led here. By DNS rebinding a site makes its own name lead to loopback and
 * reads what answers there; but then the request names that site, and never an address or `localhost`.
 */
export function isTrustedHost(url: URL, endpoint: string, hosts: readonly string[]): boolean {
  const { hostname } = url
  return (
    /^(?:.+\.)?localhost$/.test(hostname) ||
    /^(?:\d+\.){3}\d+$|^\[/.test(hostname) ||
    hostname === new URL(endpoint).hostname ||
    hosts.includes(hostname)
  )
}
