// A `fetch` that shows a token to the hosts that it is for, and to no others (RFC 6750 §2.1, §5.3).

import * as v from 'valibot'
import { check } from '../check.ts'
import { withinDeadline } from '../http/deadline.ts'
import type { FetchFunction } from '../http/fetch.ts'
import { onDemand } from '../on-demand.ts'
import { ownMembers } from '../own-members.ts'
import type { OutgoingRequest } from './outgoing-request.ts'
import type { SendWithToken } from './send-with-token.ts'
import type { BearerSource } from './source.ts'
import { isForToken, tokenHosts } from './token-hosts.ts'

/** Where the token may go. */
export interface WithWebIdentityOptions {
  /**
   * The hosts that get the token, at least one, in lower case: `api.example.com`, with the scheme's own port; or
   * `api.example.com:8443`, with that port; or `*.example.com`, for `a.example.com` but neither for `a.b.example.com` nor
   * for `example.com`. On loopback (`localhost`, `127.0.0.0/8`, `[::1]`) a host without a port stands for every port.
   * Name no wildcard where others can have a name too, such as `*.pages.dev`.
   */
  readonly hosts: readonly string[]
}

/**
 * A `fetch` that adds `Authorization: Bearer` with a fresh token for these hosts, over https, or over http on loopback.
 * Every other request passes through as it is: to another host, unencrypted, to a relative address, or with an
 * `Authorization` header of its own.
 *
 * - A redirect within the origin is followed with the token, one to another origin without it (and without `Cookie`), as
 *   the Fetch standard has it, whatever the platform does. The response then says `redirected: false`. Browsers do not
 *   show where a redirect leads: there it is an error. `redirect: 'manual'` and `'error'` hold as ever.
 * - After a 401 the token is invalidated and the request sent once more with a new one, if its body can be sent again:
 *   a string, bytes, `Blob`, `URLSearchParams` or `FormData` in `init`, or none. Of a stream, or the body of a `Request`,
 *   the 401 is returned, as it is where the new token is refused, too: that one is then no longer given up for a 401.
 * - The request's `signal` ends the wait for the token, too.
 *
 * @param fetch which is called as a plain function, such as the global one
 * @throws {InputError} which names the host that is malformed, such as `hosts[2]`. The function that is returned throws
 * what the source and `fetch` throw, and {@link ResponseError} with the code `redirect` for one that is not followed.
 * @see https://fetch.spec.whatwg.org/#http-redirect-fetch
 * @example
 * ```ts
 * import { createTokenSource, StsClient, withWebIdentity } from 'aws-web-identity'
 * import { defaultProvider } from 'aws-web-identity/credentials'
 *
 * const source = createTokenSource({
 *   sts: new StsClient({ region: 'eu-central-1', credentials: defaultProvider() }),
 *   audience: 'https://api.example.com',
 *   signingAlgorithm: 'ES384',
 * })
 * const fetchApi = withWebIdentity(fetch, source, { hosts: ['api.example.com'] })
 *
 * const response = await fetchApi('https://api.example.com/orders', { method: 'POST', body: '{}' })
 * ```
 */
export function withWebIdentity(
  fetch: FetchFunction,
  source: BearerSource,
  options: WithWebIdentityOptions,
): FetchFunction {
  const hosts = new Set(check(schema, ownMembers(options), 'options').hosts)
  let send: SendWithToken | undefined

  return async (input, init) => {
    const request = typeof input !== 'string' && 'headers' in input ? input : undefined
    const address = request?.url ?? String(input)
    const url = URL.canParse(address) ? new URL(address) : undefined
    if (url === undefined || !isForToken(url, hosts)) return fetch(input, init)
    const headers = new Headers(init?.headers ?? request?.headers)
    if (headers.has('authorization')) return fetch(input, init)
    // Taken before anything is waited for: what was checked is sent, whatever the caller does with his objects. A request
    // in the place of `init`, as Workers have it, keeps its members from a spread.
    const outgoing: OutgoingRequest = {
      url,
      request: init instanceof Request ? new Request(input, init) : request,
      init: { ...init, headers },
      signal: (init?.signal === undefined ? request?.signal : init.signal) ?? undefined,
    }
    const load = () => withinDeadline(LOAD_TIMEOUT, outgoing.signal, loadSending)
    const another = send ?? (await load()).sendWithToken(fetch, source)
    send ??= another
    return send(outgoing)
  }
}

/** The bound on loading that, in milliseconds. */
const LOAD_TIMEOUT = 30_000

const loadSending = onDemand(() => import('./send-with-token.ts'))

const schema = v.strictObject({ hosts: tokenHosts }, 'must be an object')
