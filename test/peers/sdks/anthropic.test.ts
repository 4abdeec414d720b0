// https://platform.claude.com/docs/en/manage-claude/wif-reference

import type { Anthropic } from '@anthropic-ai/sdk'
import { expect, test } from 'vitest'
import { bearerOf, openParty } from './party.ts'
import { plugIn, REFUSAL, SUBJECT } from './stage.ts'

const EXCHANGE = 'POST /v1/oauth/token'
const MODELS = 'GET /v1/models'
const ORIGIN = 'https://api.anthropic.com'

/** It takes each token once, as Anthropic does. */
async function openAnthropic(elsewhere: Readonly<Record<string, string>> = {}) {
  const taken = new Set<string>()
  let refused = ''
  const party = await openParty((visit) => {
    if (visit.line === EXCHANGE) {
      const { assertion } = JSON.parse(String(visit.body))
      if (taken.has(assertion)) return Response.json({ error: 'invalid_grant' }, { status: 401 })
      taken.add(assertion)
      return Response.json({ access_token: `access-${taken.size}`, token_type: 'Bearer', expires_in: 3600 })
    }
    if (visit.line !== MODELS) return undefined
    if (bearerOf(visit) === refused) return Response.json({ type: 'error' }, { status: 401 })
    return Response.json({ data: [{ id: 'a-model', type: 'model' }], has_more: false })
  })
  const plugged = await plugIn<{ anthropic: Anthropic }>('anthropic', {
    audience: ORIGIN,
    signingAlgorithm: 'RS256',
    origins: { [ORIGIN]: party.origin },
    elsewhere,
  })
  return {
    ...plugged,
    party,
    /** From now on the API does not take this access token. */
    refuse: (token: string) => {
      refused = token
    },
  }
}

const idsOf = async (anthropic: Anthropic) => (await anthropic.models.list()).data.map(({ id }) => id)

test('Anthropic gets one token for two calls, in the fields of its reference', async () => {
  const { plug, party, mints, verify } = await openAnthropic()
  expect(await idsOf(plug.anthropic)).toEqual(['a-model'])
  expect(await idsOf(plug.anthropic)).toEqual(['a-model'])

  const [exchange, ...others] = party.visits(EXCHANGE)
  expect(others).toEqual([])
  expect(exchange?.headers['content-type']).toBe('application/json')
  const { assertion, ...fields } = JSON.parse(String(exchange?.body))
  expect(fields).toEqual({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    federation_rule_id: 'fdrl_123',
    organization_id: '00000000-0000-0000-0000-000000000000',
    service_account_id: 'svac_456',
  })
  expect((await verify(assertion)).subject).toBe(SUBJECT)
  expect(party.visits(MODELS).map(bearerOf)).toEqual(['access-1', 'access-1'])
  expect(mints()).toBe(1)
})

test('Anthropic, which takes a token once, gets a new one for a second exchange', async () => {
  const { plug, party, mints, refuse } = await openAnthropic()
  await idsOf(plug.anthropic)
  refuse('access-1')
  expect(await idsOf(plug.anthropic)).toEqual(['a-model'])
  expect(party.visits(MODELS).map(bearerOf)).toEqual(['access-1', 'access-1', 'access-2'])
  expect(mints()).toBe(2)
})

test('Anthropic would refuse what a source keeps, at the second exchange', async () => {
  const { plug, party, mints, refuse } = await openAnthropic({
    'async () => (await sts.getWebIdentityToken(input)).webIdentityToken': 'source.getToken',
    '{ sts }': '{ source }',
  })
  expect(await idsOf(plug.anthropic)).toEqual(['a-model'])
  refuse('access-1')
  await expect(idsOf(plug.anthropic)).rejects.toThrow('Token exchange failed with status 401')
  const [first, second] = party.visits(EXCHANGE)
  expect(String(second?.body)).toBe(String(first?.body))
  expect(mints()).toBe(1)
})

test('Anthropic’s caller is told what AWS refuses with', async () => {
  const { plug, party, refuseToMint } = await openAnthropic()
  refuseToMint()
  await expect(idsOf(plug.anthropic)).rejects.toMatchObject({ code: REFUSAL })
  expect(party.visits(EXCHANGE)).toEqual([])
})
