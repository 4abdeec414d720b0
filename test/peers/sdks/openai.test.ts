// https://developers.openai.com/api/reference/workload-identity-federation

import type { OpenAI } from 'openai'
import { expect, test, vi } from 'vitest'
import { bearerOf, openParty } from './party.ts'
import { plugIn, REFUSAL, SUBJECT } from './stage.ts'

const EXCHANGE = 'POST /oauth/token'
const MODELS = 'GET /v1/models'
const AUDIENCE = { audience: 'https://api.openai.com/v1', signingAlgorithm: 'ES384' } as const

async function openOpenAI() {
  let exchanges = 0
  let refused = ''
  const party = await openParty((visit) => {
    if (visit.line === EXCHANGE) {
      exchanges += 1
      return Response.json({
        access_token: `access-${exchanges}`,
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        expires_in: 3600,
      })
    }
    if (visit.line !== MODELS) return undefined
    if (bearerOf(visit) === refused) return Response.json({ error: { message: 'expired' } }, { status: 401 })
    return Response.json({ object: 'list', data: [{ id: 'a-model', object: 'model' }] })
  })
  const origins = { 'https://auth.openai.com': party.origin, 'https://api.openai.com': party.origin }
  const plugged = await plugIn<{ openai: OpenAI }>('openai', { ...AUDIENCE, origins })
  return {
    ...plugged,
    party,
    /** From now on the API does not take this access token. */
    refuse: (token: string) => {
      refused = token
    },
  }
}

const idsOf = async (openai: OpenAI) => (await openai.models.list()).data.map(({ id }) => id)

test('OpenAI gets one token for two calls, in the fields of its reference', async () => {
  const { plug, party, mints, verify } = await openOpenAI()
  expect(await idsOf(plug.openai)).toEqual(['a-model'])
  expect(await idsOf(plug.openai)).toEqual(['a-model'])

  const [exchange, ...others] = party.visits(EXCHANGE)
  expect(others).toEqual([])
  expect(exchange?.headers['content-type']).toBe('application/json')
  const { subject_token, ...fields } = JSON.parse(String(exchange?.body))
  expect(fields).toEqual({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    identity_provider_id: 'idp-123',
    service_account_id: 'sa-456',
  })
  expect((await verify(subject_token)).subject).toBe(SUBJECT)
  expect(party.visits(MODELS).map(bearerOf)).toEqual(['access-1', 'access-1'])
  expect(mints()).toBe(1)
})

test('OpenAI gets the same token for a second exchange, after its API refused the first access token', async () => {
  const { plug, party, mints, refuse } = await openOpenAI()
  await idsOf(plug.openai)
  refuse('access-1')
  expect(await idsOf(plug.openai)).toEqual(['a-model'])
  expect(party.visits(MODELS).map(bearerOf)).toEqual(['access-1', 'access-1', 'access-2'])
  const [first, second, ...others] = party.visits(EXCHANGE)
  expect(String(second?.body)).toBe(String(first?.body))
  expect(others).toEqual([])
  expect(mints()).toBe(1)
})

test('OpenAI’s caller is told what AWS refuses with', async () => {
  const { plug, party, refuseToMint } = await openOpenAI()
  refuseToMint()
  await expect(plug.openai.models.list({ maxRetries: 0 })).rejects.toMatchObject({ code: REFUSAL })
  expect(party.visits(EXCHANGE)).toEqual([])
})

test('OpenAI’s SDK takes no identity where the environment has a key', async () => {
  vi.stubEnv('OPENAI_API_KEY', 'sk-1')
  await expect(plugIn('openai', AUDIENCE)).rejects.toThrow(/mutually exclusive/)
})
