import { createEmulator, type Emulator } from 'aws-web-identity/emulator'
import { type ServedEmulator, serve } from 'aws-web-identity/emulator/node'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Fleet, startFleet } from '../../worker-example/demo/fleet.ts'

const AUDIENCE = 'https://api.example.com'

// It asks through the binding that its path names, and tells what came.
const caller = `
  export default {
    async fetch(request, env) {
      const binding = env[new URL(request.url).pathname.slice(1)]
      try {
        const asked = await request.json()
        if ('preset' in asked) return Response.json(await binding.getAccessToken(asked))
        const { expiration, ...given } = await binding.getToken(asked)
        return Response.json({ ...given, isDate: expiration instanceof Date, endsAt: expiration.getTime() / 1000 })
      } catch (error) {
        return Response.json({ ...error, name: error.name, message: error.message })
      }
    },
  }`

const policy = {
  callers: [
    { name: 'orders', serviceBinding: 'orders', audiences: [AUDIENCE], algorithms: ['ES384', 'RS256'] },
    { name: 'script', secrets: [{ sha256: 'a'.repeat(64) }], audiences: [AUDIENCE] },
  ],
}

let emulator: Emulator
let served: ServedEmulator
let fleet: Fleet

beforeAll(async () => {
  emulator = createEmulator()
  served = await serve(emulator)
  const { accessKeyId, secretAccessKey } = emulator.credentials
  fleet = await startFleet({
    policy,
    bindings: {
      AWS_ENDPOINT_URL_STS: served.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      SEALING_KEYS: Buffer.alloc(32, 1).toString('base64'),
    },
    callers: {
      caller: {
        script: caller,
        tokens: {
          orders: { caller: 'orders' },
          withoutProps: undefined,
          withoutCaller: { name: 'orders' },
          unknown: { caller: 'nobody' },
          named: { caller: 'script' },
          list: { caller: ['orders'] },
          number: { caller: 1 },
        },
      },
      old: {
        script: caller,
        tokens: { orders: { caller: 'orders' } },
        compatibilityDate: '2026-04-20',
      },
    },
  })
}, 60_000)

afterAll(async () => {
  await fleet?.close()
  await served?.close()
})

async function ask(binding: string, asked: object, worker = 'caller'): Promise<Record<string, unknown>> {
  return JSON.parse(await fleet.ask(worker, `/${binding}`, { method: 'POST', body: JSON.stringify(asked) }))
}

describe('another Worker, through a service binding to Tokens', () => {
  test('gets a token that verifies by the issuer’s keys, and its end as a Date', async () => {
    const given = await ask('orders', { audience: AUDIENCE })
    const keys = createRemoteJWKSet(new URL(`${emulator.issuer}/.well-known/jwks.json`))
    const { payload, protectedHeader } = await jwtVerify(String(given['webIdentityToken']), keys, {
      issuer: emulator.issuer,
      audience: AUDIENCE,
    })
    expect(protectedHeader.alg).toBe('ES384')
    expect(payload.sub).toBe('arn:aws:iam::123456789012:user/developer')
    expect(given).toMatchObject({ isDate: true, issuer: emulator.issuer })
    // STS tells it to the millisecond.
    expect(Math.floor(Number(given['endsAt']))).toBe(payload.exp)
  })

  test.for(['withoutProps', 'withoutCaller', 'unknown', 'named', 'list', 'number'])(
    'is denied where its props name no caller: %s',
    { timeout: 15_000 },
    async (binding) => {
      const error = await ask(binding, { audience: AUDIENCE })
      expect(error).toMatchObject({ name: 'Error', code: 'unknown_caller', status: 403 })
      expect(error['message']).toMatch(
        /^unknown_caller: The policy knows no caller .* \(request [\da-f-]{36}\)$/,
      )
      expect(error).not.toHaveProperty('allowed')
      await vi.waitFor(
        async () => {
          const { decisions } = await (await fleet.ledger()).snapshot()
          expect(decisions.find(({ requestId }) => requestId === error['requestId'])).toMatchObject({
            verdict: 'denied',
            action: 'token',
            via: 'service-binding',
            code: 'unknown_caller',
          })
        },
        { timeout: 10_000, interval: 100 },
      )
    },
  )

  test('gets access tokens by the same policy, and its log by the id that the error has', async () => {
    const error = await ask('orders', { preset: 'openai' })
    expect(error).toMatchObject({ code: 'preset_not_allowed', status: 403, allowed: { presets: [] } })
    await vi.waitFor(
      async () => {
        const { decisions } = await (await fleet.ledger()).snapshot()
        expect(decisions.find(({ requestId }) => requestId === error['requestId'])).toMatchObject({
          action: 'access-token',
          caller: 'orders',
          exchange: 'openai',
        })
      },
      { timeout: 10_000, interval: 100 },
    )
  }, 15_000)

  test('is told by the error’s own members what the policy allows', async () => {
    expect(await ask('orders', { audience: 'https://other.example.com' })).toMatchObject({
      code: 'audience_not_allowed',
      status: 403,
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      allowed: {
        audiences: [AUDIENCE],
        algorithms: ['ES384', 'RS256'],
        maxDurationSeconds: 300,
        tags: [],
        presets: [],
      },
    })
  })

  test('is told which parameter is wrong', async () => {
    const wrong = { audience: AUDIENCE, durationSeconds: 'long' }
    expect(await ask('orders', wrong)).toMatchObject({
      code: 'invalid_parameter',
      status: 400,
      parameter: 'durationSeconds',
    })
  })

  test('is told when to try again, where STS gives nothing now', async () => {
    emulator.setFaults([{ operation: 'GetWebIdentityToken', status: 503 }])
    try {
      expect(await ask('orders', { audience: AUDIENCE, durationSeconds: 120 })).toMatchObject({
        code: 'unavailable',
        status: 503,
        retryAfterSeconds: 5,
      })
    } finally {
      emulator.setFaults([])
    }
  })

  test('has the code in the message where its compatibility date is too old for an error’s members', async () => {
    const error = await ask('orders', { audience: 'https://other.example.com' }, 'old')
    expect(error).not.toHaveProperty('code')
    expect(error['message']).toMatch(/^audience_not_allowed: /)
  })
})

test('a wrong policy gives a Worker nothing, and the log names each path and rule', async () => {
  const log: string[] = []
  const wrong = await startFleet({
    policy: { callers: [{ name: 'orders', serviceBinding: 'orders', audiences: [''] }] },
    bindings: {},
    callers: { caller: { script: caller, tokens: { orders: { caller: 'orders' } } } },
    onLog: (message) => log.push(message),
  })
  try {
    const asked = { method: 'POST', body: JSON.stringify({ audience: AUDIENCE }) }
    const error = JSON.parse(await wrong.ask('caller', '/orders', asked))
    expect(error).toMatchObject({ code: 'not_configured', status: 503 })
    await vi.waitFor(() => expect(log.join()).toContain('callers[0].audiences[0] must not be empty'))
    expect(log.join()).toContain(error.requestId)
  } finally {
    await wrong.close()
  }
}, 30_000)

describe('HTTP', () => {
  test.for(['/Tokens', '/getToken', '/Tokens/getToken', '/rpc/Tokens'])(
    'leads not to the entry point: POST %s',
    async (path) => {
      const response = await fleet.fetch(0, path, {
        method: 'POST',
        body: JSON.stringify({ audience: AUDIENCE }),
        headers: { 'Content-Type': 'application/json', 'X-Caller': 'orders' },
      })
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ code: 'not_found' })
    },
  )
})
