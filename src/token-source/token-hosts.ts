// Which hosts a token is for, and whether an address is one of theirs: the host of the URL standard, with wildcards as
// certificates have them (RFC 9525 §6.3), and encrypted unless it stays on this machine (RFC 6750 §5.3).

import * as v from 'valibot'
import { isLoopback, isSecure } from '../http/secure-url.ts'

/** Hosts as a caller names them. */
export const tokenHosts = v.pipe(
  v.array(
    v.custom<string>(
      isTokenHost,
      'must be a host in lower case: api.example.com, api.example.com:8443 or *.example.com',
    ),
    'must be an array of strings',
  ),
  v.minLength(1, 'must name at least one host'),
)

/** Whether the token may be sent to this address. */
export function isForToken(url: URL, hosts: ReadonlySet<string>): boolean {
  if (!isSecure(url)) return false
  const { protocol, hostname, port } = url
  return [hostname, hostname.replace(/^[^.]+\./, '*.')].some(
    (host) =>
      hosts.has(`${host}:${port || (protocol === 'https:' ? 443 : 80)}`) ||
      ((port === '' || isLoopback(hostname)) && hosts.has(host)),
  )
}

// It must be spelt as the URL parser spells it: whatever else is in it, a path or a user, would be parsed as such. A
// wildcard stands for a label in front of two others at the least, and for no part of an address in numbers.
function isTokenHost(text: unknown): boolean {
  const parts = typeof text === 'string' ? /^(\*\.)?([^*]+?)(:[1-9]\d*)?$/.exec(text) : null
  const [, wildcard, name = '', port = ''] = parts ?? []
  const host = wildcard ? `x.${name}` : name
  const address = `https://${host}${port}`
  if (!URL.canParse(address) || new URL(address).hostname !== host) return false
  return !wildcard || /^[^.]+(\.[^.]+)+$/.test(name)
}
