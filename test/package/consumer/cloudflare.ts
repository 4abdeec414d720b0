// What must compile with the types of Cloudflare Workers.

import { createTokenSource, StsClient } from 'aws-web-identity'
import {
  type BrokerOptions,
  brokeredTokenSource,
  brokeredTokenSources,
  cacheStore,
  kvStore,
  WebIdentityTokenBroker,
} from 'aws-web-identity/cloudflare'
import { createVerifier, requireWebIdentity } from 'aws-web-identity/verify'

interface Env {
  readonly TOKENS: KVNamespace
  readonly BROKER: DurableObjectNamespace<Broker>
  readonly SECRET_KEY: string
}

export class Broker extends WebIdentityTokenBroker<Env> {
  static override options(env: unknown): BrokerOptions {
    return { ...WebIdentityTokenBroker.options(env), sealingKeys: new Uint8Array(32) }
  }
}

export class TellingBroker extends WebIdentityTokenBroker<Env> {
  static override options(env: Env, state: DurableObjectState): BrokerOptions {
    const onEvent = () => state.waitUntil(state.storage.sync())
    return { ...WebIdentityTokenBroker.options(env, state), sealingKeys: env.SECRET_KEY, onEvent }
  }
}

const request = { audience: 'https://api.example.com', signingAlgorithm: 'ES384' } as const
const verifier = createVerifier({ audience: 'https://api.example.com', account: '123456789012' })

export const handler = {
  fetch: requireWebIdentity(verifier, async (_request, _identity, env: Env, ctx: ExecutionContext) => {
    const source = brokeredTokenSource(env.BROKER, request)
    const many = brokeredTokenSources(env.BROKER, {
      audiences: [request.audience],
      signingAlgorithm: 'ES384',
    })
    const sts = new StsClient({
      region: 'eu-central-1',
      credentials: () => ({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: env.SECRET_KEY }),
    })
    const stored = [kvStore(env.TOKENS), cacheStore(caches.default)].map((store) =>
      createTokenSource({
        ...request,
        sts,
        store,
        sealingKeys: 'key',
        waitUntil: (promise) => ctx.waitUntil(promise),
      }),
    )
    return Response.json([await source.getToken(), many, stored.length])
  }),
} satisfies ExportedHandler<Env>
