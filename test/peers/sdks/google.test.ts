// https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token and, for the service account,
// https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken

import type { IdentityPoolClient } from 'google-auth-library'
import { expect, test } from 'vitest'
import { bearerOf, formOf, openParty, type Party } from './party.ts'
import { plugIn, REFUSAL, SUBJECT } from './stage.ts'

const PROVIDER =
  '//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/aws/providers/aws'
const EXCHANGE = 'POST /v1/token'
const IMPERSONATION =
  'POST /v1/projects/-/serviceAccounts/api@example.iam.gserviceaccount.com:generateAccessToken'
const BUCKETS = 'GET /storage/v1/b'

const openGoogle = () =>
  openParty(({ line }) => {
    if (line === EXCHANGE) {
      return Response.json({
        access_token: 'federated-1',
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        expires_in: 3600,
      })
    }
    if (line === IMPERSONATION) {
      const expireTime = new Date(Date.now() + 3_600_000).toISOString()
      return Response.json({ accessToken: 'account-1', expireTime })
    }
    return line === BUCKETS ? Response.json({ items: [] }) : undefined
  })

const plugInto = (party: Party, elsewhere: Readonly<Record<string, string>>) =>
  plugIn<{ google: IdentityPoolClient }>('google', {
    audience: `https:${PROVIDER}`,
    signingAlgorithm: 'RS256',
    elsewhere: { '  audience,': `  token_url: '${party.origin}/v1/token', audience,`, ...elsewhere },
  })

const buckets = async (google: IdentityPoolClient, { origin }: Party) =>
  (await google.request({ url: `${origin}/storage/v1/b` })).data

test('Google gets one token for two calls, and a service account is impersonated once', async () => {
  const party = await openGoogle()
  const { plug, mints, verify } = await plugInto(party, {
    'https://iamcredentials.googleapis.com': party.origin,
  })
  expect(await buckets(plug.google, party)).toEqual({ items: [] })
  expect(await buckets(plug.google, party)).toEqual({ items: [] })

  const [exchange, ...others] = party.visits(EXCHANGE)
  expect(others).toEqual([])
  const { subject_token, ...fields } = formOf(exchange)
  expect(fields).toEqual({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience: PROVIDER,
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    scope: 'https://www.googleapis.com/auth/cloud-platform',
  })
  expect((await verify(subject_token)).subject).toBe(SUBJECT)
  const impersonations = party.visits(IMPERSONATION)
  expect(impersonations.map(bearerOf)).toEqual(['federated-1'])
  expect(impersonations.map(({ body }) => JSON.parse(String(body)))).toEqual([
    { scope: ['https://www.googleapis.com/auth/cloud-platform'], lifetime: '3600s' },
  ])
  expect(party.visits(BUCKETS).map(bearerOf)).toEqual(['account-1', 'account-1'])
  expect(mints()).toBe(1)
})

test('Google’s access token is used as it is where no service account is impersonated', async () => {
  const party = await openGoogle()
  const { plug, mints } = await plugInto(party, {
    'service_account_impersonation_url:': 'scopes: [], // ',
  })
  await buckets(plug.google, party)
  await buckets(plug.google, party)
  expect(party.visits(EXCHANGE)).toHaveLength(1)
  expect(party.visits(IMPERSONATION)).toEqual([])
  expect(party.visits(BUCKETS).map(bearerOf)).toEqual(['federated-1', 'federated-1'])
  expect(mints()).toBe(1)
})

test('Google’s caller is told what AWS refuses with', async () => {
  const party = await openGoogle()
  const { plug, refuseToMint } = await plugInto(party, {})
  refuseToMint()
  await expect(buckets(plug.google, party)).rejects.toMatchObject({ code: REFUSAL })
  expect(party.visits(EXCHANGE)).toEqual([])
})
