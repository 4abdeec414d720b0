// An authorization server that nobody here wrote: the npm package oidc-provider on loopback. It trusts one issuer, whose
// tokens jose verifies by the published keys; what it grants for them are tokens of its own model.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRemoteJWKSet, exportJWK, generateKeyPair, errors as joseErrors, jwtVerify } from 'jose'
import {
  type Adapter,
  type AdapterPayload,
  errors,
  type JWK,
  Provider,
  type TokenEndpointGrantContext,
} from 'oidc-provider'

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
/** The one resource that tokens are for (RFC 8707). */
export const RESOURCE = 'https://orders.example.com/'
/** A client that may exchange, and shows no secret: the token is what it is known by. */
export const WORKER = 'worker'
/** How long its access tokens live, in seconds. */
export const LIFETIME = 900

type GrantContext = TokenEndpointGrantContext<{
  readonly subject_token?: string
  readonly subject_token_type?: string
  readonly assertion?: string
}>

export interface AuthorizationServer {
  readonly issuer: string
  readonly tokenEndpoint: string
  /** The audience that it wants in tokens: itself (RFC 7523 section 3). */
  readonly audience: string
  /** What the server's own introspection says (RFC 7662). */
  introspect(token: string): Promise<Readonly<Record<string, unknown>>>
  /** Revokes a token at the server's own endpoint (RFC 7009). */
  revoke(token: string): Promise<void>
  /** The paths that were asked for. */
  readonly requests: string[]
  close(): Promise<void>
}

interface Trusted {
  readonly issuer: string
  readonly jwksUri: string
  /** A principal with a client of its own, who authenticates by its tokens, as far as the server can take them. */
  readonly principal: string
  readonly grants?: readonly (typeof TOKEN_EXCHANGE | typeof JWT_BEARER)[]
}

export async function startAuthorizationServer(trusted: Trusted): Promise<AuthorizationServer> {
  const requests: string[] = []
  const server = createServer((incoming, outgoing) => {
    requests.push(incoming.url ?? '')
    void answer(incoming, outgoing)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a server that listens on TCP
  const issuer = `http://127.0.0.1:${port}`
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const signingKey = { ...(await exportJWK(privateKey)), use: 'sig' }
  const provider = providerFor(issuer, signingKey, trusted)
  const answer = provider.callback()

  async function ask(path: string, token: string): Promise<Response> {
    const body = new URLSearchParams({ ...RESOURCE_SERVER, token })
    const response = await fetch(`${issuer}${path}`, { method: 'POST', body })
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
    return response
  }

  return {
    issuer,
    tokenEndpoint: `${issuer}/token`,
    audience: issuer,
    requests,
    introspect: async (token) => (await ask('/token/introspection', token)).json(),
    revoke: async (token) => void (await ask('/token/revocation', token)),
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

const RESOURCE_SERVER = { client_id: 'orders', client_secret: 'a secret of the resource server' }

function providerFor(issuer: string, signingKey: JWK, trusted: Trusted): Provider {
  const { grants = [TOKEN_EXCHANGE, JWT_BEARER], jwksUri, principal } = trusted
  const noRedirect = { redirect_uris: [], response_types: [] }
  const provider = new Provider(issuer, {
    adapter: InMemory,
    cookies: { keys: ['of no use here'] },
    scopes: ['orders:read', 'orders:write'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      // Else only the client itself may.
      revocation: { enabled: true, allowedPolicy: () => true },
    },
    ttl: { AccessToken: LIFETIME, Grant: LIFETIME },
    enabledJWA: { clientAuthSigningAlgValues: ['ES384', 'RS256'] },
    // Else the server makes one of its own, and says so at length.
    jwks: { keys: [signingKey] },
    clients: [
      {
        ...noRedirect,
        client_id: WORKER,
        token_endpoint_auth_method: 'none',
        grant_types: [TOKEN_EXCHANGE, JWT_BEARER].filter((grant) => grants.some((each) => each === grant)),
        scope: 'orders:read',
      },
      {
        ...noRedirect,
        ...RESOURCE_SERVER,
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: [],
      },
      {
        ...noRedirect,
        client_id: principal,
        token_endpoint_auth_method: 'private_key_jwt',
        grant_types: ['client_credentials'],
        jwks_uri: jwksUri,
      },
    ],
  })
  const keys = createRemoteJWKSet(new URL(jwksUri))

  /** Whose token it is. */
  async function subjectOf(token: string | undefined): Promise<string> {
    if (token === undefined) throw new errors.InvalidRequest('the token is missing')
    try {
      const options = { issuer: trusted.issuer, audience: issuer, requiredClaims: ['sub', 'exp', 'jti'] }
      const { payload } = await jwtVerify(token, keys, options)
      return String(payload.sub)
    } catch (error) {
      if (!(error instanceof joseErrors.JOSEError)) throw error
      throw new errors.InvalidGrant(error.code)
    }
  }

  async function grant(ctx: GrantContext, subject: string, more: object): Promise<void> {
    const { client, params } = ctx.oidc
    const refused = (params.scope ?? '').split(' ').find((scope) => !['', client.scope].includes(scope))
    if (refused !== undefined) throw new errors.InvalidScope('requested scope is not allowed', refused)
    if (params.resource !== undefined && params.resource !== RESOURCE) {
      throw new errors.InvalidTarget('resource indicator is unknown')
    }
    const granted = new provider.Grant({ accountId: subject, clientId: client.clientId })
    const token = new provider.AccessToken({
      accountId: subject,
      client,
      grantId: await granted.save(),
      gty: params.grant_type,
      ...(params.scope !== undefined && { scope: params.scope }),
    })
    token.setAudience(RESOURCE)
    ctx.body = {
      access_token: await token.save(),
      token_type: token.tokenType,
      expires_in: token.expiration,
      ...(params.scope !== undefined && { scope: params.scope }),
      ...more,
    }
  }

  const handlers = {
    async [TOKEN_EXCHANGE](ctx: GrantContext) {
      const { subject_token, subject_token_type } = ctx.oidc.params
      if (subject_token_type !== 'urn:ietf:params:oauth:token-type:jwt') {
        throw new errors.InvalidRequest('subject_token_type is not supported')
      }
      const issued = { issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' }
      await grant(ctx, await subjectOf(subject_token), issued)
    },
    async [JWT_BEARER](ctx: GrantContext) {
      await grant(ctx, await subjectOf(ctx.oidc.params.assertion), {})
    },
  }
  const parameters = ['subject_token', 'subject_token_type', 'assertion', 'scope', 'resource']
  for (const name of grants) provider.registerGrantType(name, handlers[name], parameters)
  return provider
}

/** What the server keeps; its own way to keep it in memory warns of itself. */
class InMemory implements Adapter {
  readonly #entries = new Map<string, AdapterPayload>()

  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    this.#entries.set(id, payload)
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#entries.get(id)
  }

  async destroy(id: string): Promise<void> {
    this.#entries.delete(id)
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, payload] of this.#entries) if (payload.grantId === grantId) this.#entries.delete(id)
  }

  async findByUid(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
  async consume(): Promise<void> {}
}
