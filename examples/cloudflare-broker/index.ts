// A Worker whose tokens come from one Durable Object, which mints for all isolates everywhere.

import { isWebIdentityError, withWebIdentity } from 'aws-web-identity'
import { type BrokerNamespace, brokeredTokenSource } from 'aws-web-identity/cloudflare'

export { WebIdentityTokenBroker } from 'aws-web-identity/cloudflare'

interface Env {
  API_URL: string
  BROKER: BrokerNamespace
}

function connect(env: Env): typeof fetch {
  const { host, origin } = new URL(env.API_URL)
  const source = brokeredTokenSource(env.BROKER, {
    audience: origin,
    signingAlgorithm: 'ES384',
    durationSeconds: 3600,
  })
  return withWebIdentity(fetch, source, { hosts: [host] })
}

// While this isolate's copy of the token is fresh, not even the broker is asked.
let api: typeof fetch | undefined

export default {
  async fetch(_, env) {
    api ??= connect(env)
    try {
      return await api(new URL('/hello', env.API_URL))
    } catch (error) {
      if (!isWebIdentityError(error)) throw error
      // The broker's errors arrive as they are, with what to do and without a key or a token.
      console.error(error.code, error.message)
      return Response.json({ error: error.code }, { status: 502 })
    }
  },
} satisfies ExportedHandler<Env>
