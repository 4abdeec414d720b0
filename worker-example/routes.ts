// Which path is what. Paths are exact: no trailing slash, no small print of encodings, no method in a header.

import { identify } from './callers/identify.ts'
import { isConsole, serveConsole } from './console/console.ts'
import { consoleContext } from './console-context.ts'
import { healthz, readyz } from './health.ts'
import { checkMethod, GET, POST } from './http/check-method.ts'
import { Problem } from './http/problem.ts'
import { readJson } from './http/read-json.ts'
import type { Incoming } from './incoming.ts'
import { loadPolicy } from './policy/load-policy.ts'
import { auditStranger, checkStranger } from './strangers.ts'
import type { Call } from './tokens/call.ts'
import { giveAccessToken } from './tokens/give-access-token.ts'
import { giveToken } from './tokens/give-token.ts'

type Route = (incoming: Incoming) => Promise<Response> | Response

/** Where nobody can listen: wrangler's own server, for development. */
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/

const routes = new Map<string, { readonly methods: readonly string[]; readonly route: Route }>([
  ['/token', { methods: POST, route: (incoming) => answer(incoming, giveToken) }],
  ['/access-token', { methods: POST, route: (incoming) => answer(incoming, giveAccessToken) }],
  ['/healthz', { methods: GET, route: healthz }],
  ['/readyz', { methods: GET, route: ready }],
])

/** @throws {Problem} */
export async function route(incoming: Incoming): Promise<Response> {
  const url = URL.parse(incoming.request.url)
  // What HTTP allows and no URL is, such as `OPTIONS *`.
  if (url === null) throw notFound('')
  const { protocol, hostname, pathname } = url
  if (protocol !== 'https:' && !LOOPBACK.test(hostname)) throw inTheClear()
  if (isConsole(pathname)) {
    return serveConsole(incoming.request, incoming.requestId, () => consoleContext(incoming))
  }
  const found = routes.get(pathname)
  if (found === undefined) throw notFound(pathname)
  checkMethod(incoming.request, found.methods)
  return found.route(incoming)
}

async function answer(
  incoming: Incoming,
  give: (call: Call, read: () => Promise<unknown>) => Promise<object>,
): Promise<Response> {
  const { request, env, requestId, waitUntil } = incoming
  const policy = loadPolicy()
  const identified = await identify(request, policy).catch((error) => auditStranger(incoming, error))
  const call = { env, policy, identified, requestId, waitUntil, signalOf: () => request.signal }
  return Response.json(await give(call, () => readJson(request)))
}

async function ready(incoming: Incoming): Promise<Response> {
  await checkStranger(incoming, 'readyz')
  return readyz(incoming.env)
}

// A domain that does not send its callers to https would take their secrets in the clear, and nobody would notice.
function inTheClear(): Problem {
  return new Problem(
    403,
    'https_required',
    'Use https. A secret that came with this request was sent in the clear: give its caller another.',
  )
}

function notFound(pathname: string): Problem {
  const what = pathname.startsWith('/.well-known/')
    ? 'This Worker is no issuer: it signs nothing. The tokens that it gives are AWS’s, whose keys are published by the issuer that the token names.'
    : 'There are POST /token, POST /access-token, GET /healthz, GET /readyz, and the console at GET /.'
  return new Problem(404, 'not_found', what)
}
