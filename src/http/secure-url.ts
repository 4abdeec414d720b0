// Whether what is secret may be sent to an address: encrypted, or without leaving this machine (RFC 6750 §5.3, RFC 8252
// §8.3).

/** `localhost`, `127.0.0.0/8` or `[::1]`, as the URL parser writes them. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

/** Whether it is https, or http on loopback. */
export function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}
