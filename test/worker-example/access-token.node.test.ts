import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { LocalWorker } from '../../worker-example/demo/local-worker.ts'
import { known } from '../exchange/parties.ts'
import { type PartyServer, serveParties } from '../exchange/party-server.ts'
import { AUDIENCE, ask, policyWith, type Sts, startSts, startWorker } from './stage.ts'

let sts: Sts
let parties: PartyServer
let worker: LocalWorker
const log: string[] = []

beforeAll(async () => {
  sts = await startSts()
  parties = await serveParties(sts.emulator.issuer)
  const exchanges = {
    openai: {
      preset: 'openai',
      options: {
        ...known.openai,
        tokenEndpoint: parties.at('https://auth.openai.com/oauth/token'),
      },
    },
    claude: {
      preset: 'anthropic',
      options: {
        ...known.anthropic,
        tokenEndpoint: parties.at('https://api.anthropic.com/v1/oauth/token'),
      },
    },
    scoped: {
      preset: 'anthropic',
      options: {
        ...known.anthropic,
        tokenEndpoint: parties.at('https://api.anthropic.com/v1/oauth/token'),
      },
    },
    hidden: {
      preset: 'openai',
      options: {
        identityProviderId: 'idp_9',
        serviceAccountId: 'svcacct_9',
        tokenEndpoint: 'http://127.0.0.1:1/token',
      },
    },
  }
  const [mine] = (policyWith({ exchanges: ['openai', 'claude', 'scoped'] }) as { callers: object[] }).callers
  const policy = {
    exchanges,
    callers: [mine, { name: 'other', serviceBinding: 'other', audiences: [AUDIENCE], exchanges: ['hidden'] }],
  }
  worker = await startWorker({
    policy,
    members: { AWS_ENDPOINT_URL_STS: sts.url },
    onLog: (message) => log.push(message),
  })
}, 30_000)

afterAll(async () => {
  await worker.close()
  await Promise.all([parties.close(), sts.close()])
})

const askFor = (body: unknown) => ask(worker, '/access-token', { body })

describe('an access token', () => {
  test('is what the relying party gave for a token of AWS, once for all who ask', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => askFor({ preset: 'openai' })))
    expect(all.map(({ status }) => status)).toEqual(Array(20).fill(200))
    const [first] = all
    expect(first?.json).toEqual({
      accessToken: expect.stringMatching(/^access-/),
      tokenType: 'Bearer',
      expiration: expect.stringMatching(/^\d{4}-.*Z$/),
    })
    expect(new Set(all.map(({ json }) => json['accessToken'])).size).toBe(1)
    const { requests } = parties.parties.openai
    expect(requests).toHaveLength(1)
    expect(requests[0]?.parameters).toMatchObject({ identity_provider_id: 'idp_abc' })
    expect(Date.parse(String(first?.json['expiration']))).toBeGreaterThan(Date.now())
  })

  test('is told to the audit without a word of itself', async () => {
    const { json } = await askFor({ preset: 'openai' })
    expect(log.join()).not.toContain(String(json['accessToken']))
    const line = JSON.parse(log.findLast((each) => each.includes('"access-token"')) ?? '{}')
    expect(line).toMatchObject({
      type: 'audit',
      verdict: 'granted',
      caller: 'ci',
      via: 'secret',
      exchange: 'openai',
      audience: ['https://api.openai.com/v1'],
      expiration: json['expiration'],
    })
  })

  test('that the party refuses is answered with 502, in words that are not the party’s', async () => {
    const refusal = { error: 'invalid_grant', error_description: 'rule fdrl_123 of our account says no' }
    parties.parties.anthropic.answers.push(
      ...Array.from({ length: 3 }, () =>
        Response.json(refusal, { status: 400, headers: { 'request-id': 'req_1' } }),
      ),
    )
    const { status, json, text } = await askFor({ preset: 'claude' })
    parties.parties.anthropic.answers.length = 0
    expect({ status, json }).toMatchObject({
      status: 502,
      json: { code: 'refused', upstreamRequestId: 'req_1' },
    })
    expect(json['detail']).toBe('Anthropic gave no token. The Worker’s log says why.')
    expect(text).not.toContain('says no')
    expect(log.join()).toContain('says no')
  })
})

test('an access token comes with its scope, where the party says one', async () => {
  expect(await askFor({ preset: 'scoped' })).toMatchObject({
    status: 200,
    json: { tokenType: 'Bearer', scope: 'workspace:inference' },
  })
})

test('the name of an exchange that nobody may have is told by its beginning', async () => {
  log.length = 0
  expect(await askFor({ preset: 'x'.repeat(16_000) })).toMatchObject({ status: 403 })
  await vi.waitFor(() => expect(log).toHaveLength(1))
  expect(JSON.parse(log[0] ?? '')).toMatchObject({ exchange: 'x'.repeat(140) })
})

describe('what may be asked', () => {
  test.each<[unknown, string]>([
    [{}, 'preset is missing'],
    [{ preset: 1 }, 'preset must be a string'],
    [{ preset: 'openai', tokenEndpoint: 'http://169.254.169.254/' }, 'tokenEndpoint is not known here'],
    [{ preset: 'openai', options: { tokenEndpoint: 'https://evil.example/' } }, 'options is not known here'],
    [{ preset: { preset: 'openai', options: {} } }, 'preset must be a string'],
  ])('%j is answered with 400: %s', async (body, detail) => {
    expect(await askFor(body)).toMatchObject({ status: 400, json: { code: 'invalid_parameter', detail } })
  })

  test.each([
    'hidden',
    'nothing',
    'constructor',
    '__proto__',
    'entra',
    '',
    'http://169.254.169.254/',
    'x'.repeat(1000),
  ])(
    'what is not the caller’s is denied in the same words, whether it is there or not: %s',
    async (preset) => {
      const { status, json } = await askFor({ preset })
      expect({ status, code: json['code'], detail: json['detail'], allowed: json['allowed'] }).toEqual({
        status: 403,
        code: 'preset_not_allowed',
        detail: 'The policy allows you no access token by this name.',
        allowed: expect.objectContaining({ presets: ['openai', 'claude', 'scoped'] }),
      })
    },
  )
})
