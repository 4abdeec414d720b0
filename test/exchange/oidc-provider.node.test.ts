// Exchanges at oidc-provider, over sockets: a server of somebody else's, with its own tokens, errors and introspection.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmulator } from '../../src/emulator/index.ts'
import { serve } from '../../src/emulator/node.ts'
import { type CustomExchange, createTokenExchange, ExchangeError, presets } from '../../src/exchange/index.ts'
import { createTokenSource, StsClient, withWebIdentity } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import {
  type AuthorizationServer,
  LIFETIME,
  RESOURCE,
  startAuthorizationServer,
  TOKEN_EXCHANGE,
  WORKER,
} from './authorization-server.ts'

const principal = 'arn:aws:iam::123456789012:user/developer'
let clock = 0
const emulator = createEmulator({ now: () => Date.now() + clock })
/** Another account, whom the server does not trust. */
const stranger = createEmulator()
const closing: (() => Promise<void>)[] = []
let server: AuthorizationServer
let exchangesAlone: AuthorizationServer
beforeAll(async () => {
  for (const each of [emulator, stranger]) closing.push((await serve(each)).close)
  const metadata = await fetch(`${emulator.issuer}/.well-known/openid-configuration`)
  const { issuer, jwks_uri: jwksUri } = await metadata.json()
  server = await startAuthorizationServer({ issuer, jwksUri, principal })
  exchangesAlone = await startAuthorizationServer({ issuer, jwksUri, principal, grants: [TOKEN_EXCHANGE] })
  closing.push(server.close, exchangesAlone.close)
})
afterAll(async () => {
  for (const close of closing) await close()
})

type Wanted = Partial<CustomExchange> & { readonly at?: AuthorizationServer }

const presetAt = ({ at = server, ...wanted }: Wanted = {}) =>
  presets.custom({
    party: 'The authorization server',
    audience: at.audience,
    signingAlgorithm: 'ES384',
    exchange: {
      tokenEndpoint: at.tokenEndpoint,
      grant: 'token-exchange',
      ...wanted,
      parameters: { client_id: WORKER, ...wanted.parameters },
    },
  })

const clientOf = ({ endpoint, credentials } = emulator) =>
  new StsClient({ region: 'eu-central-1', endpoint, credentials })

function accessBy(wanted: Wanted = {}, sts = clientOf()) {
  const preset = presetAt(wanted)
  return createTokenExchange(preset, createTokenSource({ sts, ...preset.tokenRequest }), { maxAttempts: 1 })
}

describe.each(['token-exchange', 'jwt-bearer'] as const)('by %s', (grant) => {
  test('the server gives a token that its own introspection knows, and one for all who ask', async () => {
    const scope = 'orders:read'
    const access = accessBy({ grant, parameters: { scope, resource: RESOURCE } })
    const before = server.requests.length
    const began = Date.now()
    const tokens = await Promise.all(Array.from({ length: 20 }, () => access.getToken()))
    const { accessToken, expiration, ...more } = await access.get()
    expect(new Set([...tokens, accessToken]).size).toBe(1)
    expect(more).toEqual({ tokenType: 'Bearer', scope })
    expect(server.requests.slice(before)).toEqual(['/token'])
    expect(expiration.getTime() - began).toBeGreaterThanOrEqual(LIFETIME * 1000)
    expect(expiration.getTime() - began).toBeLessThan(LIFETIME * 1000 + 10_000)
    expect(await server.introspect(accessToken)).toMatchObject({
      active: true,
      client_id: WORKER,
      sub: principal,
      aud: RESOURCE,
      iss: server.issuer,
      scope,
      token_type: 'Bearer',
    })
  })

  test('a token of another issuer is refused as invalid_grant', async () => {
    const error = await rejectionOf(accessBy({ grant }, clientOf(stranger)).getToken())
    expect(error).toBeInstanceOf(ExchangeError)
    expect(error).toMatchObject({
      code: 'invalid_grant',
      description: 'grant request is invalid',
      statusCode: 400,
      party: 'The authorization server',
      retryable: false,
      attempts: 1,
      remedy: expect.stringContaining('issuer, subject and audience'),
    })
  })

  test('a token that has expired is refused as invalid_grant', async () => {
    clock = -2 * 3_600_000
    const preset = presetAt({ grant })
    const { audience, ...request } = preset.tokenRequest
    const { webIdentityToken } = await clientOf().getWebIdentityToken({
      ...request,
      audience: [audience].flat(),
    })
    clock = 0
    const source = { getToken: async () => webIdentityToken, async invalidate() {} }
    const error = await rejectionOf(createTokenExchange(preset, source).getToken())
    expect(error).toMatchObject({ code: 'invalid_grant', statusCode: 400, attempts: 1 })
    expect(String(error)).not.toContain(webIdentityToken.slice(0, 20))
  })

  test.each([
    ['a client that it does not know', { client_id: 'nobody' }, 'invalid_client', 401],
    ['a scope that the client may not have', { scope: 'orders:write' }, 'invalid_scope', 400],
    ['a scope that is none', { scope: 'orders\\read' }, 'invalid_scope', 400],
    [
      'a resource that it does not know',
      { resource: 'https://payments.example.com/' },
      'invalid_target',
      400,
    ],
  ])('%s is refused', async (_, parameters, code, statusCode) => {
    const error = await rejectionOf(accessBy({ grant, parameters }).getToken())
    expect(error).toBeInstanceOf(ExchangeError)
    expect(error).toMatchObject({ code, statusCode, retryable: false, description: expect.any(String) })
  })
})

test('a grant that the server does not have is refused as unsupported_grant_type', async () => {
  const error = await rejectionOf(accessBy({ at: exchangesAlone, grant: 'jwt-bearer' }).getToken())
  expect(error).toMatchObject({ code: 'unsupported_grant_type', statusCode: 400, attempts: 1 })
  expect(await accessBy({ at: exchangesAlone }).getToken()).not.toBe('')
})

test('a body in JSON is none to it', async () => {
  const error = await rejectionOf(accessBy({ bodyFormat: 'json' }).getToken())
  expect(error).toMatchObject({ code: 'invalid_request', statusCode: 400 })
})

// A client's assertion must be issued by the client itself here (OpenID Connect Core section 9), and there is no place to
// say otherwise: who takes those of another issuer, as Microsoft Entra does, is scripted in parties.ts.
test('as the credentials of a client it takes no token that another issued, and says so', async () => {
  const wanted = { grant: 'client-credentials', parameters: { client_id: principal } } as const
  const error = await rejectionOf(accessBy(wanted).getToken())
  expect(error).toMatchObject({
    code: 'invalid_client',
    description: 'client authentication failed',
    statusCode: 401,
    retryable: false,
  })
})

test('a token that was revoked is replaced when an API refuses it', async () => {
  const seen: string[] = []
  const api = createServer(async ({ headers }, response) => {
    const token = headers.authorization?.replace('Bearer ', '') ?? ''
    seen.push(token)
    const { active, sub } = await server.introspect(token)
    response.writeHead(active === true ? 200 : 401).end(String(sub))
  })
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
  const { port } = api.address() as AddressInfo // a server that listens on TCP
  const access = accessBy()
  const fetchApi = withWebIdentity(fetch, access, { hosts: ['127.0.0.1'] })
  const ask = () => fetchApi(`http://127.0.0.1:${port}/`)

  expect(await (await ask()).text()).toBe(principal)
  await server.revoke(await access.getToken())
  const second = await ask()
  expect([second.status, await second.text()]).toEqual([200, principal])
  const [first, refused, other] = seen
  expect(refused).toBe(first)
  expect(other).not.toBe(first)
  expect(await access.getToken()).toBe(other)
  api.close().closeAllConnections()
})
