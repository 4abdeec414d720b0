// Relying parties of other makers, who find the keys of an issuer on loopback by OpenID Connect Discovery, as they would
// AWS's. aws-jwt-verify reads over https alone: it is asked in test/verify/peers.node.test.ts, with keys fetched for it.

import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmulator } from '../../src/emulator/index.ts'
import { serve } from '../../src/emulator/node.ts'
import { type SigningAlgorithm, StsClient } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'

const audience = 'https://api.example.com'
const subject = 'arn:aws:iam::123456789012:user/developer'
const emulator = createEmulator()
/** Another account with another issuer, whose keys have the same names. */
const stranger = createEmulator()
const servers: Awaited<ReturnType<typeof serve>>[] = []
beforeAll(async () => {
  servers.push(await serve(emulator), await serve(stranger))
})
afterAll(async () => {
  for (const server of servers) await server.close()
})

async function mint(
  signingAlgorithm: SigningAlgorithm,
  { endpoint, credentials } = emulator,
): Promise<string> {
  const sts = new StsClient({ region: 'eu-west-1', endpoint, credentials })
  const { webIdentityToken } = await sts.getWebIdentityToken({
    audience: [audience],
    signingAlgorithm,
    tags: [{ key: 'team', value: 'web' }],
  })
  return webIdentityToken
}

/** jose, which has no discovery of its own. */
async function withJose(token: string, algorithm: SigningAlgorithm): Promise<unknown> {
  const response = await fetch(`${emulator.issuer}/.well-known/openid-configuration`)
  const { issuer, jwks_uri, id_token_signing_alg_values_supported: algorithms } = await response.json()
  expect(issuer).toBe(emulator.issuer)
  expect(algorithms).toContain(algorithm)
  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), {
    issuer,
    audience,
    algorithms: [algorithm],
  })
  return payload
}

/**
 * openid-client, which verifies a token where it gets one: as the ID token of a grant. AWS's issuers have no token
 * endpoint, so one is played to it; discovery, keys and all checks are its own.
 */
async function withOpenidClient(token: string, algorithm: SigningAlgorithm): Promise<unknown> {
  const discovered = await client.discovery(
    new URL(emulator.issuer),
    audience,
    { id_token_signed_response_alg: algorithm },
    client.None(),
    { execute: [client.allowInsecureRequests] },
  )
  const { issuer, jwks_uri = '' } = discovered.serverMetadata()
  const endpoint = `${issuer}/token`
  const relyingParty = new client.Configuration(
    { issuer, jwks_uri, token_endpoint: endpoint },
    audience,
    discovered.clientMetadata(),
    client.None(),
  )
  client.allowInsecureRequests(relyingParty)
  // Else it trusts an ID token for the connection over which it came.
  client.enableNonRepudiationChecks(relyingParty)
  relyingParty[client.customFetch] = async (url, options) =>
    url === endpoint
      ? Response.json({ access_token: 'none', token_type: 'bearer', id_token: token })
      : // The library's own type of options is narrower than the platform's, but for its body.
        fetch(url, options as RequestInit)
  const tokens = await client.genericGrantRequest(relyingParty, 'urn:example:grant', {})
  return tokens.claims()
}

describe.each([
  ['jose', withJose],
  ['openid-client', withOpenidClient],
])('%s', (_, verify) => {
  test.each<SigningAlgorithm>(['RS256', 'ES384'])(
    'verifies %s with the published keys',
    async (algorithm) => {
      expect(await verify(await mint(algorithm), algorithm)).toMatchObject({
        iss: emulator.issuer,
        aud: audience,
        sub: subject,
        'https://sts.amazonaws.com/': { aws_account: '123456789012', request_tags: { team: 'web' } },
      })
    },
  )

  test.each<SigningAlgorithm>(['RS256', 'ES384'])('refuses %s of another issuer', async (algorithm) => {
    const [header, , signature] = (await mint(algorithm, stranger)).split('.')
    const [, payload] = (await mint(algorithm)).split('.')
    // The claims of this issuer under the signature of the other.
    const error = await rejectionOf(verify(`${header}.${payload}.${signature}`, algorithm))
    expect(wordsOf(error)).toContain('signature verification failed')
  })
})

/** The message of an error and of its causes. */
function wordsOf(error: unknown): string {
  return error instanceof Error ? `${error.message}: ${wordsOf(error.cause)}` : ''
}
