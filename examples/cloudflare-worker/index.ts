// A Worker that calls an API outside AWS with a token of AWS in place of an API key.

import { waitUntil } from 'cloudflare:workers'
import { createTokenSource, isWebIdentityError, StsClient, withWebIdentity } from 'aws-web-identity'
import { fromEnv } from 'aws-web-identity/credentials'

interface Env {
  API_URL: string
  AWS_REGION: string
  AWS_ACCESS_KEY_ID: string
  AWS_SECRET_ACCESS_KEY: string
  AWS_ENDPOINT_URL_STS?: string
}

function connect(env: Env): typeof fetch {
  const { host, origin } = new URL(env.API_URL)
  const source = createTokenSource({
    sts: new StsClient({
      region: env.AWS_REGION,
      endpoint: env.AWS_ENDPOINT_URL_STS,
      credentials: fromEnv({ env }),
    }),
    audience: origin,
    signingAlgorithm: 'ES384',
    waitUntil,
  })
  return withWebIdentity(fetch, source, { hosts: [host] })
}

// One for the whole isolate: it keeps the token from request to request.
let api: typeof fetch | undefined

export default {
  async fetch(_, env) {
    api ??= connect(env)
    try {
      return await api(new URL('/hello', env.API_URL))
    } catch (error) {
      if (!isWebIdentityError(error)) throw error
      // It says what to do, and holds neither a key nor a token.
      console.error(error.code, error.message)
      return Response.json({ error: error.code }, { status: 502 })
    }
  },
} satisfies ExportedHandler<Env>
