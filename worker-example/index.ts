// A Worker that holds AWS credentials, so that others need none: who shows its secret gets a short-lived token
// at `GET /token?audience=…`, for the audiences that wrangler.toml lists. A Durable Object mints it once for all.

import { answer, Refusal } from './answer.ts'
import type { Env } from './configuration.ts'
import { giveToken } from './token.ts'

export { WebIdentityTokenBroker } from 'aws-web-identity/cloudflare'

export default {
  async fetch(request, env) {
    try {
      if (new URL(request.url).pathname !== '/token') {
        throw new Refusal(404, 'not_found', 'There is only GET /token.')
      }
      return await giveToken(request, env)
    } catch (error) {
      if (error instanceof Refusal) return error.toResponse()
      console.error('Unexpected:', error)
      return answer(500, { error: 'internal_error', message: 'The Worker failed. Its log says why.' })
    }
  },
} satisfies ExportedHandler<Env>
