// The caller's side of a broker, whose answers the test scripts: calls that fail, hang, or bring what was refused.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type BrokerReply, packError, unpackError } from '../../src/cloudflare/broker-reply.ts'
import {
  type BrokeredTokenSourceOptions,
  type BrokerStub,
  brokeredTokenSource,
} from '../../src/cloudflare/brokered-token-source.ts'
import {
  CredentialsError,
  InputError,
  ResponseError,
  ServiceError,
  TimeoutError,
  type TokenSourceEvent,
  WebIdentityError,
  withWebIdentity,
} from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
// What a fetch loads at its first 401 is loaded before, for the loader knows no fake clock.
import '../../src/token-source/send-with-token.ts'
import { AUDIENCE, pass, played, START, useFakeClock } from '../token-source/support.ts'

beforeEach(useFakeClock)
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const HOUR = 3_600_000

/** A broker that gives token 1, 2, … of an hour each, a new one each time it is told that the last was refused. */
function stage(options: Partial<BrokeredTokenSourceOptions> = {}, change: Partial<BrokerStub> = {}) {
  const calls: string[] = []
  const events: TokenSourceEvent[] = []
  const broker = { serial: 1, mintedAt: START, ahead: 0 }
  const stub: BrokerStub = {
    async token(_, refused) {
      calls.push('token')
      if (refused === nameOf(broker.serial)) {
        broker.serial += 1
        broker.mintedAt = Date.now() + broker.ahead
      }
      const { mintedAt, serial, ahead } = broker
      return {
        webIdentityToken: nameOf(serial),
        mintedAt,
        expiresAt: mintedAt + HOUR,
        now: Date.now() + ahead,
      }
    },
    async invalidate() {
      calls.push('invalidate')
    },
    ...change,
  }
  const source = brokeredTokenSource(
    { getByName: () => stub },
    {
      audience: AUDIENCE,
      signingAlgorithm: 'ES384',
      durationSeconds: 3600,
      onEvent: (event: TokenSourceEvent) => events.push(event),
      ...options,
    },
  )
  return { source, calls, events, broker, stub }
}

function nameOf(serial: number): string {
  return `eyJ.${serial}.sig`
}

test('a token is asked for once, and again when the broker has a newer one', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0)
  const { source, calls, broker } = stage()
  for (let call = 0; call < 100; call += 1) await source.getToken()
  expect(calls).toEqual(['token'])
  Object.assign(broker, { serial: 2, mintedAt: START + 0.72 * HOUR })
  await pass(0.77 * HOUR)
  await source.getToken()
  await pass(0)
  expect(await source.getToken()).toBe(nameOf(2))
  expect(calls).toHaveLength(2)
})

test('a broker that has nothing newer is asked every five seconds, and not by each caller', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0)
  const { source, calls } = stage()
  await source.getToken()
  await pass(0.77 * HOUR)
  for (let call = 0; call < 100; call += 1) {
    await source.getToken()
    await pass(100)
  }
  expect(calls).toHaveLength(1 + 2)
})

test('times are the broker’s, however far this clock is off', async () => {
  const { source, broker } = stage()
  Object.assign(broker, { ahead: 2 * HOUR, mintedAt: START + 2 * HOUR })
  expect(await source.getToken()).toBe(nameOf(1))
  await pass(HOUR - 59_000)
  Object.assign(broker, { serial: 2, mintedAt: Date.now() + 2 * HOUR })
  expect(await source.getToken()).toBe(nameOf(2))
})

describe('a token that was refused', () => {
  test('does not come back, though the broker hears of it late', async () => {
    const { source } = stage({}, { invalidate: () => new Promise((resolve) => setTimeout(resolve, 4000)) })
    const token = await source.getToken()
    const invalidating = source.invalidate(token)
    expect(await source.getToken()).toBe(nameOf(2))
    await pass(4000)
    await invalidating
    expect(await source.getToken()).toBe(nameOf(2))
  })

  test('and was on its way at that moment is asked for once more', async () => {
    const { source, stub, calls } = stage()
    const { token } = stub
    stub.token = async (...given) => {
      const reply = await token(...given)
      await new Promise((resolve) => setTimeout(resolve, 100))
      return reply
    }
    const waiting = source.getToken()
    while (calls.length === 0) await pass(1)
    await source.invalidate(nameOf(1))
    expect(await played(waiting)).toBe(nameOf(2))
    expect(await source.getToken()).toBe(nameOf(2))
  })

  test('and that the broker insists on is an error', async () => {
    const { source, stub } = stage()
    const token = await source.getToken()
    const { token: give } = stub
    stub.token = (request) => give(request)
    await source.invalidate(token)
    expect(await rejectionOf(source.getToken())).toMatchObject({ code: 'unexpected_reply', retryable: true })
  })

  test.each<[string, BrokerStub['invalidate']]>([
    ['hangs', () => new Promise(() => {})],
    ['fails', () => Promise.reject(new Error('overloaded'))],
  ])('is replaced at once for a fetch, though telling the broker %s', async (_, invalidate) => {
    const { source, events } = stage({}, { invalidate })
    const seen: (string | null)[] = []
    const api = withWebIdentity(
      async (_, init) => {
        seen.push(new Headers(init?.headers).get('authorization'))
        return new Response(null, { status: seen.length === 1 ? 401 : 200 })
      },
      source,
      { hosts: ['api.example.com'] },
    )
    const response = await played(api('https://api.example.com/'))
    expect(response.status).toBe(200)
    expect(seen).toEqual([`Bearer ${nameOf(1)}`, `Bearer ${nameOf(2)}`])
    expect(events).toContainEqual({ type: 'store_failed', action: 'delete', reason: expect.any(String) })
  })
})

describe('a call that fails', () => {
  test('since the object was moved is made again, three times in all', async () => {
    let calls = 0
    const token = () => {
      calls += 1
      return Promise.reject(Object.assign(new Error('moved'), { retryable: true }))
    }
    const { source } = stage({}, { token })
    expect(await played(rejectionOf(source.getToken()))).toMatchObject({
      code: 'network_failure',
      retryable: true,
      attempts: 3,
    })
    expect(calls).toBe(3)
  })

  test('since the object has too much to do is not', async () => {
    const overloaded = () =>
      Promise.reject(Object.assign(new Error('busy'), { overloaded: true, body: 'eyJ.secret.sig' }))
    const { source } = stage({}, { token: overloaded })
    const error = await rejectionOf(source.getToken())
    expect(error).toMatchObject({ code: 'network_failure', attempts: 1, cause: { message: 'busy' } })
    // Of a foreign error no more is kept than its words.
    expect((error as ResponseError).cause).not.toHaveProperty('body')
  })

  test('brings the error of the broker', async () => {
    const error = packError(new TimeoutError('the response', 5000, 2))
    const { source } = stage({}, { token: async () => ({ error }) })
    expect(await rejectionOf(source.getToken())).toEqual(new TimeoutError('the response', 5000, 2))
  })
})

test('an outage that is over for the broker is over for who asks it five seconds later, however long it was', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const { source, stub } = stage()
  const { token } = stub
  const error = packError(new TimeoutError('the response', 5000, 3))
  stub.token = async () => ({ error })
  for (let second = 0; second < 280; second += 1) {
    await rejectionOf(source.getToken())
    await pass(1000)
  }
  stub.token = token
  await pass(5000)
  expect(await source.getToken()).toBe(nameOf(1))
})

test('more validity than brokers leave is refused', () => {
  expect(() => stage({ minimumValidity: 900_001 })).toThrow(
    expect.objectContaining({ name: 'InputError', path: 'minimumValidity' }),
  )
  expect(() => stage({ minimumValidity: 900_000 })).not.toThrow()
})

describe('who needs more than is left', () => {
  const needy = { minimumValidity: 0.25 * HOUR }

  test('gets what the broker has by then', async () => {
    const { source, calls, broker } = stage()
    await source.getToken()
    await pass(0.75 * HOUR)
    expect(await source.getToken(needy)).toBe(nameOf(1))
    Object.assign(broker, { serial: 2, mintedAt: START + 0.75 * HOUR })
    await pass(1)
    expect(await source.getToken(needy)).toBe(nameOf(2))
    expect(calls).toHaveLength(2)
  })

  test('asks a broker that has nothing newer once in five seconds, and is told', async () => {
    const { source, calls, broker, events } = stage()
    await source.getToken()
    await pass(0.75 * HOUR + 1)
    for (let call = 0; call < 100; call += 1) {
      expect(await rejectionOf(source.getToken(needy))).toMatchObject({
        name: 'ResponseError',
        code: 'unexpected_reply',
        message:
          'What came in place of a new token was one with 899999 ms left, where 900000 ms were asked for',
        retryable: true,
      })
      expect(await source.getToken()).toBe(nameOf(1))
      if (call === 0) await pass(4999)
    }
    expect(calls).toHaveLength(2)
    expect(events.map(({ type }) => type)).toEqual(['token'])
    await pass(1)
    Object.assign(broker, { serial: 2, mintedAt: Date.now() })
    expect(await source.getToken(needy)).toBe(nameOf(2))
  })

  test('asks though somebody who needs less has just been told that there is nothing newer', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const { source, calls, broker } = stage()
    await source.getToken()
    await pass(0.77 * HOUR)
    await source.getToken()
    await pass(0)
    expect(calls).toHaveLength(2)
    Object.assign(broker, { serial: 2, mintedAt: Date.now() })
    expect(await source.getToken()).toBe(nameOf(1))
    expect(await source.getToken(needy)).toBe(nameOf(2))
  })

  test('gets the error of the broker, where that has one', async () => {
    const { source, stub } = stage()
    await source.getToken()
    await pass(0.8 * HOUR)
    const error = new TimeoutError('the response', 5000, 2)
    stub.token = async () => ({ error: packError(error) })
    expect(await rejectionOf(source.getToken(needy))).toEqual(error)
    expect(await source.getToken()).toBe(nameOf(1))
  })

  test('cannot ask for more than a quarter, for which the broker would have to mint', async () => {
    const { source, calls } = stage()
    expect(await rejectionOf(source.getToken({ minimumValidity: 900_001 }))).toMatchObject({
      name: 'InputError',
      path: 'minimumValidity',
      rule: 'must be at most 900000 ms here',
    })
    expect(calls).toEqual([])
  })
})

describe('an error comes through RPC as it was', () => {
  const service = { code: 'AccessDenied', statusCode: 403, requestId: 'r-1', fault: 'client' } as const
  test.each([
    new InputError('AWS_REGION', 'is missing'),
    new CredentialsError('There is no key', { member: 'accessKeyId' }),
    new TimeoutError('the response', 5000, 3),
    new ResponseError('redirect', 'A redirect', { statusCode: 302, retryable: false, attempts: 1 }),
    new ServiceError({ ...service, message: 'No.', retryable: false, attempts: 1, remedy: 'Ask.' }),
    new ServiceError({ ...service, message: 'No', retryable: true, attempts: 2 }),
    new WebIdentityError('disposed', 'Disposed of'),
  ])('$name $code', (error) => {
    const through: BrokerReply = { error: structuredClone(packError(error)) }
    const unpacked = unpackError('error' in through ? through.error : packError(undefined))
    expect(unpacked).toEqual(error)
    expect(unpacked.name).toBe(error.name)
    expect({ ...unpacked }).toEqual({ ...error })
  })

  test('and one that is not ours tells nothing', () => {
    const unpacked = unpackError(packError(new Error('the secret is hunter2')))
    expect(unpacked).toMatchObject({ name: 'WebIdentityError', code: 'broker_failure' })
    expect(unpacked.message).not.toContain('hunter2')
  })
})
