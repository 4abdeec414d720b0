// What an outage costs: the retries of a client's calls are paid from one quota (contract §7, the AWS retry
// specification 2.1: 500, 14 for a retry, 5 for one that was throttled), so a thousand calls against a service that
// is down do not become three thousand requests.

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  isResponseError,
  isServiceError,
  type ResponseError,
  type ServiceError,
  type StsClient,
} from '../src/index.ts'
import { errorReply, INPUT, makeClient, tokenReply } from './support/client.ts'
import { xmlReply } from './support/scripted-fetch.ts'

const CALLS = 1000
const QUOTA = 500

beforeAll(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0) // no backoff: all thousand calls contend at once
})

afterAll(() => {
  vi.restoreAllMocks()
})

const outages = [
  {
    outage: '503 in XML',
    cost: 14,
    name: 'ServiceError',
    code: 'ServiceUnavailable',
    reply: () => xmlReply(errorReply('ServiceUnavailable', 'No.', 'Receiver'), { status: 503 }),
  },
  {
    outage: 'a load balancer’s 503 page',
    cost: 14,
    name: 'ResponseError',
    code: 'unexpected_content',
    reply: () => new Response('<html>', { status: 503, headers: { 'content-type': 'text/html' } }),
  },
  {
    outage: 'a network that is down',
    cost: 14,
    name: 'ResponseError',
    code: 'network_failure',
    reply: () => Promise.reject(new TypeError('fetch failed')),
  },
  {
    outage: '400 Throttling',
    cost: 5,
    name: 'ServiceError',
    code: 'Throttling',
    reply: () => xmlReply(errorReply('Throttling'), { status: 400 }),
  },
] as const

describe.each(outages)('an outage ($outage)', ({ cost, name, code, reply }) => {
  const MOST_RETRIES = Math.floor(QUOTA / cost)

  test('costs a thousand calls no more retries than the quota pays for, and each is told of it', async () => {
    const service = makeService(reply)
    const errors = await outageOf(service)
    expect(service.requests()).toBe(CALLS + MOST_RETRIES)
    expect(errors).toHaveLength(CALLS)
    expect(new Set(errors.map(({ name, code, retryable }) => `${name} ${code} ${retryable}`))).toEqual(
      new Set([`${name} ${code} true`]),
    )
    const attempts = errors.reduce((sum, error) => sum + error.attempts, 0)
    expect(attempts).toBe(service.requests())
  })

  test('ends, and successes fill the quota again, one for each', async () => {
    const service = makeService(reply)
    await outageOf(service)
    expect(await requestsOfFailingCall(service)).toBe(1)
    const left = QUOTA - MOST_RETRIES * cost
    await succeed(service, cost - left - 1)
    expect(await requestsOfFailingCall(service)).toBe(1)
    await succeed(service, 1)
    expect(await requestsOfFailingCall(service)).toBe(2)
  })

  test('that is over at the second attempt gives back what it took', async () => {
    const service = makeService(reply)
    for (let call = 0; call < QUOTA / cost + 10; call++) {
      service.fail(1)
      await service.client.getWebIdentityToken(INPUT)
    }
    expect(service.requests()).toBe(2 * Math.ceil(QUOTA / cost + 10))
  })
})

test('a second outage costs as much and no more, however many calls went well between', async () => {
  const [{ cost, reply }] = outages
  const service = makeService(reply)
  await outageOf(service)
  await succeed(service, QUOTA + 100)
  const before = service.requests()
  await outageOf(service)
  expect(service.requests() - before).toBe(CALLS + Math.floor(QUOTA / cost))
})

test('a client does not pay for the outage of another', async () => {
  const [{ reply }] = outages
  const [down, well] = [makeService(reply), makeService(reply)]
  await outageOf(down)
  expect(await requestsOfFailingCall(well)).toBe(3)
})

interface Service {
  readonly client: StsClient
  readonly requests: () => number
  /** Lets the next so many requests fail. */
  readonly fail: (requests: number) => void
}

function makeService(reply: () => Response | Promise<Response>): Service {
  let requests = 0
  let failures = 0
  const client = makeClient({
    maxAttempts: 3,
    fetch: async () => {
      requests += 1
      failures -= 1
      return failures >= 0 ? reply() : xmlReply(tokenReply())
    },
  })
  return {
    client,
    requests: () => requests,
    fail: (next) => {
      failures = next
    },
  }
}

async function outageOf({ client, fail }: Service): Promise<(ServiceError | ResponseError)[]> {
  fail(Number.POSITIVE_INFINITY)
  const calls = await Promise.allSettled(
    Array.from({ length: CALLS }, () => client.getWebIdentityToken(INPUT)),
  )
  fail(0)
  return calls
    .flatMap((call) => (call.status === 'rejected' ? [call.reason] : []))
    .filter((error) => isServiceError(error) || isResponseError(error))
}

async function requestsOfFailingCall({ client, requests, fail }: Service): Promise<number> {
  const before = requests()
  fail(Number.POSITIVE_INFINITY)
  await expect(client.getWebIdentityToken(INPUT)).rejects.toThrow()
  fail(0)
  return requests() - before
}

async function succeed({ client }: Service, calls: number): Promise<void> {
  await Promise.all(Array.from({ length: calls }, () => client.getWebIdentityToken(INPUT)))
}
