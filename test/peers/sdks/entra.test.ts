// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#third-case-access-token-request-with-a-federated-credential

import { ServiceClient } from '@azure/core-client'
import { createPipelineRequest } from '@azure/core-rest-pipeline'
import type { ClientAssertionCredential } from '@azure/identity'
import { expect, test } from 'vitest'
import { bearerOf, formOf, openParty } from './party.ts'
import { plugIn, REFUSAL, SUBJECT } from './stage.ts'

const TENANT = '/00000000-0000-0000-0000-000000000001'
const DISCOVERY = `GET ${TENANT}/v2.0/.well-known/openid-configuration`
const EXCHANGE = `POST ${TENANT}/oauth2/v2.0/token`
const SECRETS = 'GET /secrets'
const SCOPE = 'https://vault.azure.net/.default'

async function openEntra() {
  // The SDK speaks https alone.
  const party = await openParty(
    ({ line, headers: { host } }) => {
      if (line === DISCOVERY) {
        return Response.json({
          issuer: `https://${host}${TENANT}/v2.0`,
          authorization_endpoint: `https://${host}${TENANT}/oauth2/v2.0/authorize`,
          token_endpoint: `https://${host}${TENANT}/oauth2/v2.0/token`,
          jwks_uri: `https://${host}${TENANT}/discovery/v2.0/keys`,
        })
      }
      if (line === SECRETS) return Response.json({ value: [] })
      if (line !== EXCHANGE) return undefined
      return Response.json({ access_token: 'access-1', token_type: 'Bearer', expires_in: 3599 })
    },
    { isSecure: true },
  )
  const here = `{ authorityHost: '${party.origin}', disableInstanceDiscovery: true }`
  const plugged = await plugIn<{ credential: ClientAssertionCredential }>('entra', {
    audience: 'api://AzureADTokenExchange',
    signingAlgorithm: 'RS256',
    elsewhere: { 'source.getToken)': `source.getToken, ${here})` },
  })
  return { ...plugged, party }
}

test('Entra gets one token for two calls, as the client’s assertion', async () => {
  const { plug, party, mints, verify } = await openEntra()
  for (let turn = 0; turn < 2; turn += 1) {
    // What every client of the Azure SDK is made of. It keeps the access token too, so there are two of them.
    const client = new ServiceClient({ credential: plug.credential, credentialScopes: SCOPE })
    const { status } = await client.sendRequest(createPipelineRequest({ url: `${party.origin}/secrets` }))
    expect(status).toBe(200)
  }

  const [exchange, ...others] = party.visits(EXCHANGE)
  expect(others).toEqual([])
  expect(exchange?.headers['content-type']).toMatch('application/x-www-form-urlencoded')
  const { client_assertion, ...fields } = formOf(exchange)
  expect(fields).toMatchObject({
    grant_type: 'client_credentials',
    client_id: '00000000-0000-0000-0000-000000000002',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  })
  expect(fields['scope']?.split(' ')).toContain(SCOPE)
  expect((await verify(client_assertion)).subject).toBe(SUBJECT)
  expect(party.visits(SECRETS).map(bearerOf)).toEqual(['access-1', 'access-1'])
  expect(mints()).toBe(1)
})

test('Entra’s caller is told what AWS refuses with, as the cause', async () => {
  const { plug, party, refuseToMint } = await openEntra()
  refuseToMint()
  const cause = { code: REFUSAL }
  await expect(plug.credential.getToken(SCOPE)).rejects.toMatchObject({ cause })
  expect(party.visits(EXCHANGE)).toEqual([])
})
