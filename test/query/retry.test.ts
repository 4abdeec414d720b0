import fc from 'fast-check'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type ClientEvent, isServiceError, isTimeoutError } from '../../src/index.ts'
import { connect } from '../../src/query/client-options.ts'
import type { Connection } from '../../src/query/connection.ts'
import type { QueryOperation } from '../../src/query/operation.ts'
import { RetryQuota } from '../../src/query/retry-policy.ts'
import { send } from '../../src/query/send.ts'
import { sts } from '../../src/sts/service.ts'
import { errorReply } from '../support/client.ts'
import { scriptedFetch, xmlReply } from '../support/scripted-fetch.ts'
import vectors from '../vectors/retry.json' with { type: 'json' }

// Not signed, so that nothing but timers takes time; its answer is empty.
const operation: QueryOperation<string> = {
  name: 'Ask',
  isRegionalOnly: false,
  isSigned: false,
  result: { output: 'answered' },
}

interface Expected {
  outcome: string
  retry_quota: number
  delay?: number
}
interface Step {
  response: { status_code: number; error_code?: string; headers?: Record<string, string> }
  expected: Expected
}
interface Given {
  initial_retry_tokens?: number
  max_attempts?: number
  max_backoff_time?: number
}
interface Case {
  name: string
  given: Given
  responses?: Step[]
  threads?: Step[][]
  expected_final_quota?: number
}

function answerOf({ response }: Step): Response {
  const { status_code: status, error_code = 'Failure', headers = {} } = response
  return status === 200
    ? new Response(null, { status })
    : xmlReply(errorReply(error_code), { status, headers })
}

function connectionFor(
  given: Given,
  fetch: typeof globalThis.fetch,
  onEvent?: (event: ClientEvent) => void,
): Connection {
  const connection = connect(sts, {
    region: 'us-east-1',
    fetch,
    onEvent,
    timeout: 600_000,
    attemptTimeout: 60_000,
  })
  return {
    ...connection,
    retryPolicy: {
      maxAttempts: given.max_attempts ?? 3,
      quota: new RetryQuota(given.initial_retry_tokens),
      maxBackoff: (given.max_backoff_time ?? 20) * 1000,
      random: () => 1, // `exponential_base` 1 in the vectors
    },
  }
}

const outcomeOf: Record<string, (error: unknown) => boolean> = {
  success: (error) => error === undefined,
  max_attempts_exceeded: isServiceError,
  retry_quota_exceeded: isServiceError,
}

beforeAll(async () => {
  await sts.loadReplies()
})
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }))
afterEach(() => void vi.useRealTimers())

describe("the AWS retry specification's own sequences", () => {
  for (const vector of vectors.cases as Case[]) {
    if (vector.responses === undefined) continue
    const steps = vector.responses
    test(vector.name, async () => {
      const told: Expected[] = []
      const times: number[] = []
      const fetch = scriptedFetch(...steps.map((step) => () => answerOf(step)))
      const timed: typeof globalThis.fetch = (input, init) => {
        times.push(performance.now())
        return fetch(input, init)
      }
      const connection = connectionFor(vector.given, timed, (event) => {
        if (event.type !== 'retry') return
        const { available } = connection.retryPolicy.quota
        told.push({ outcome: 'retry_request', retry_quota: available, delay: event.delay / 1000 })
      })
      const began: number[] = []
      for (const { expected } of steps) {
        if (expected.outcome === 'retry_request') continue
        began.push(times.length)
        const error = await settle(send(connection, operation, {}))
        expect(outcomeOf[expected.outcome]?.(error)).toBe(true)
        told.push({ outcome: expected.outcome, retry_quota: connection.retryPolicy.quota.available })
      }
      expect(told).toEqual(steps.map(({ expected }) => expected))
      expect(fetch.requests).toHaveLength(steps.length)
      // What was told as the delay is what passed on the clock.
      for (const [index, { expected }] of steps.entries()) {
        if (expected.delay === undefined) continue
        expect((times[index + 1] ?? 0) - (times[index] ?? 0)).toBeCloseTo(expected.delay * 1000, 6)
      }
    })
  }

  test('Shared multi-threaded scenarios', async () => {
    const vector = (vectors.cases as Case[]).find(({ threads }) => threads !== undefined)
    const [first = [], second = []] = vector?.threads ?? []
    const answers: PromiseWithResolvers<Response>[] = []
    const told: number[] = []
    const connection = connectionFor(
      vector?.given ?? {},
      () => {
        const answer = Promise.withResolvers<Response>()
        answers.push(answer)
        return answer.promise
      },
      (event) => {
        if (event.type === 'retry') told.push(connection.retryPolicy.quota.available)
      },
    )
    const answer = async (step: Step | undefined) => {
      if (step === undefined) throw new Error('the vector is shorter than expected')
      answers.pop()?.resolve(answerOf(step))
      await vi.advanceTimersByTimeAsync(10_000)
      if (step.expected.outcome === 'success') told.push(connection.retryPolicy.quota.available)
      expect(told.at(-1)).toBe(step.expected.retry_quota)
    }
    const one = send(connection, operation, {})
    await vi.advanceTimersByTimeAsync(0)
    await answer(first[0])
    await answer(first[1])
    const [waiting] = answers.splice(0)
    const two = send(connection, operation, {})
    await vi.advanceTimersByTimeAsync(0)
    await answer(second[0])
    await answer(second[1])
    expect(await two).toBe('answered')
    if (waiting !== undefined) answers.push(waiting)
    await answer(first[2])
    expect(await one).toBe('answered')
    expect(connection.retryPolicy.quota.available).toBe(vector?.expected_final_quota)
  })
})

/** Lets time pass until the call ends; gives its error. */
async function settle(call: Promise<unknown>): Promise<unknown> {
  const settled = call.then(
    () => undefined,
    (error: unknown) => error,
  )
  await vi.runAllTimersAsync()
  return settled
}

describe('a wait before the next attempt', () => {
  async function delaysFor(headers: Record<string, string>, random = 1): Promise<number[]> {
    const delays: number[] = []
    const failing = () => xmlReply(errorReply('Failure'), { status: 503, headers })
    const connection = connectionFor({}, scriptedFetch(failing), (event) => {
      if (event.type === 'retry') delays.push(event.delay)
    })
    const policy = { ...connection.retryPolicy, random: () => random }
    await settle(send({ ...connection, retryPolicy: policy }, operation, {}))
    return delays
  }

  test('is drawn at random below twice the one before', async () => {
    expect(await delaysFor({})).toEqual([50, 100])
    expect(await delaysFor({}, 0.5)).toEqual([25, 50])
    expect(await delaysFor({}, 0)).toEqual([0, 0])
  })

  test.each([
    [{ 'retry-after': '2' }, [2000, 2000]],
    [{ 'retry-after': '3600' }, [5050, 5100]],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, [50, 100]],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:02 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, [2000, 2000]],
    [{ 'retry-after': 'Wed, 99 Oct 2026 07:28:02 GMT' }, [50, 100]],
    [{ 'retry-after': '-1' }, [50, 100]],
    [{ 'x-amz-retry-after': '70', 'retry-after': '2' }, [70, 100]],
    [{ 'x-amz-retry-after': '1e3' }, [50, 100]],
    [{ 'x-amz-retry-after': '9'.repeat(400) }, [50, 100]],
  ])('heeds %j', async (headers, delays) => {
    expect(await delaysFor(headers)).toEqual(delays)
  })
})

test('a quota that an outage has emptied fills again, one for each success without a retry', async () => {
  const fetch = scriptedFetch(new Response(null))
  const connection = connectionFor({ initial_retry_tokens: 0 }, fetch)
  for (let count = 1; count <= 14; count++) {
    await settle(send(connection, operation, {}))
    expect(connection.retryPolicy.quota.available).toBe(count)
  }
})

test('the quota never holds more than 500', async () => {
  const connection = connectionFor({}, scriptedFetch(new Response(null)))
  await settle(send(connection, operation, {}))
  expect(connection.retryPolicy.quota.available).toBe(500)
})

test('a retry that could not end before the deadline is not begun: the last real error comes at once', async () => {
  const failing = () =>
    xmlReply(errorReply('SlowDown'), { status: 503, headers: { 'x-amz-retry-after': '5000' } })
  const connection = { ...connectionFor({}, scriptedFetch(failing)), timeout: 5000 }
  const error = await send(connection, operation, {}).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ name: 'ServiceError', code: 'SlowDown', attempts: 1 })
  expect(connection.retryPolicy.quota.available).toBe(500)
})

test('an attempt that times out is tried again', async () => {
  const hang = () => new Promise<Response>(() => {})
  const fetch = scriptedFetch(hang, new Response(null))
  const connection = { ...connectionFor({}, fetch), attemptTimeout: 100 }
  expect(await settle(send(connection, operation, {}))).toBe(undefined)
  expect(fetch.requests).toHaveLength(2)
})

describe('whatever happens to a call', () => {
  interface Fate {
    status: number
    code: string
    takes: number
    retryAfter: number | undefined
  }
  const fates: fc.Arbitrary<Fate> = fc.record({
    status: fc.constantFrom(200, 400, 403, 404, 429, 500, 501, 502, 503, 504),
    code: fc.constantFrom(
      'Failure',
      'Throttling',
      'AccessDenied',
      'InternalFailure',
      'SignatureDoesNotMatch',
    ),
    takes: fc.constantFrom(0, 1, 50, 400, 5000),
    retryAfter: fc.constantFrom(undefined, 0, 100, 4000),
  })

  test('it sends at most maxAttempts requests, ends by its deadline, and repeats nothing that will not pass', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fates, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (script, maxAttempts, timeout, attemptTimeout, drawn) => {
          const seen: Fate[] = []
          const fetch: typeof globalThis.fetch = async () => {
            const fate = script[seen.length % script.length]
            if (fate === undefined) throw new Error('no fate')
            seen.push(fate)
            await new Promise((resolve) => setTimeout(resolve, fate.takes))
            if (fate.status === 200) return new Response(null)
            const headers = fate.retryAfter === undefined ? {} : { 'x-amz-retry-after': `${fate.retryAfter}` }
            return xmlReply(errorReply(fate.code), { status: fate.status, headers })
          }
          const connection = connectionFor({ max_attempts: maxAttempts }, fetch)
          const policy = { ...connection.retryPolicy, random: () => drawn }
          const bounded = { ...connection, timeout, attemptTimeout, retryPolicy: policy }
          const began = performance.now()
          let ended = Number.NaN
          const call = send(bounded, operation, {}).finally(() => {
            ended = performance.now()
          })
          const error = await settle(call)
          expect(ended - began).toBeLessThanOrEqual(timeout)
          expect(seen.length).toBeLessThanOrEqual(maxAttempts)
          for (const { status, code, takes } of seen.slice(0, -1)) {
            const timedOut = takes >= attemptTimeout
            const passes = status === 429 || [500, 502, 503, 504].includes(status)
            expect(timedOut || passes || ['Throttling', 'InternalFailure'].includes(code)).toBe(true)
          }
          expect(error === undefined || isServiceError(error) || isTimeoutError(error)).toBe(true)
        },
      ),
      { seed: 20261123, numRuns: 300 },
    )
  })
})
