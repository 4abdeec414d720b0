// A token broker: it holds an AWS identity, so that others need none. Who may ask for what is in policy.json; a Durable
// Object mints each token once for all, and a console shows what is going on.

import { withCommonHeaders } from './http/common-headers.ts'
import { problemOf } from './http/problem-of.ts'
import { requestIdOf } from './http/request-id.ts'
import { route } from './routes.ts'

export { Ledger } from './ledger/ledger.ts'
export { AccessTokenBroker } from './tokens/access-token-broker.ts'
export { Tokens } from './tokens/entry-point.ts'
export { TokenBroker } from './tokens/token-broker.ts'

// What wrangler.toml gives (worker-configuration.d.ts, by `npm run types:worker`) must be what env.ts takes, or it does not compile.
export default {
  async fetch(request, env, ctx) {
    const requestId = requestIdOf(request)
    try {
      const waitUntil = (promise: Promise<unknown>) => ctx.waitUntil(promise)
      return withCommonHeaders(await route({ request, env, requestId, waitUntil }), requestId)
    } catch (error) {
      return problemOf(error, requestId).toResponse(requestId)
    }
  },
} satisfies ExportedHandler<Cloudflare.Env>
