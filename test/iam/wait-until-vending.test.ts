import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createEmulator } from '../../src/emulator/index.ts'
import { type TokenMinter, type WaitOptions, waitUntilVending } from '../../src/iam/index.ts'
import {
  InputError,
  OutboundWebIdentityFederationDisabledException,
  ServiceError,
  TimeoutError,
} from '../../src/index.ts'
import { errorReply, INPUT, makeClient, rejectionOf, TOKEN, tokenReply } from '../support/client.ts'
import { scriptedFetch, xmlReply } from '../support/scripted-fetch.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const FIRST = { webIdentityToken: TOKEN }

const refusal = (code: string, statusCode: number) => ({
  code,
  message: 'Not yet.',
  statusCode,
  requestId: undefined,
  fault: 'client' as const,
  retryable: false,
  attempts: 1,
})
const disabled = new OutboundWebIdentityFederationDisabledException(
  refusal('OutboundWebIdentityFederationDisabledException', 403),
)
const failure = new ServiceError(refusal('InternalFailure', 500))

/** Refuses with each of these, then gives the token. */
function minter(...refusals: unknown[]) {
  const getWebIdentityToken = vi.fn<TokenMinter<typeof INPUT, typeof FIRST>['getWebIdentityToken']>()
  for (const error of refusals) getWebIdentityToken.mockRejectedValueOnce(error)
  getWebIdentityToken.mockResolvedValue(FIRST)
  return { getWebIdentityToken }
}

/** Begins to wait, and tells whether that has ended. */
function begin(sts: TokenMinter<typeof INPUT, typeof FIRST>, options?: WaitOptions) {
  let isOver = false
  const waiting = waitUntilVending({ sts, ...INPUT }, options).finally(() => {
    isOver = true
  })
  waiting.catch(() => {}) // it may be rejected before the test looks
  return { waiting, isOver: () => isOver }
}

describe('STS is asked', () => {
  test("once where it gives a token, with the caller's own input and a signal, and the token comes back", async () => {
    const sts = minter()
    expect(await waitUntilVending({ sts, ...INPUT })).toBe(FIRST)
    expect(sts.getWebIdentityToken.mock.calls).toEqual([[INPUT, { signal: expect.any(AbortSignal) }]])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('again after a second, and not before, while it says that federation is disabled or fails', async () => {
    const sts = minter(disabled, failure, disabled)
    const { waiting, isOver } = begin(sts)
    for (const calls of [1, 2, 3]) {
      await vi.advanceTimersByTimeAsync(999)
      expect(sts.getWebIdentityToken).toHaveBeenCalledTimes(calls)
      expect(isOver()).toBe(false)
      await vi.advanceTimersByTimeAsync(1)
    }
    expect(await waiting).toBe(FIRST)
    expect(sts.getWebIdentityToken).toHaveBeenCalledTimes(4)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('whichever way AWS spells the code, and whichever copy of the package made the error', async () => {
    const foreign = Object.assign(new Error('Not yet.'), {
      [Symbol.for('aws-web-identity.error')]: true,
      name: 'OutboundWebIdentityFederationDisabledException',
      code: 'OutboundWebIdentityFederationDisabled',
    })
    const sts = minter(foreign)
    const { waiting } = begin(sts)
    await vi.advanceTimersByTimeAsync(1000)
    expect(await waiting).toBe(FIRST)
  })
})

test.each([
  ['a permission that is missing', new ServiceError(refusal('AccessDenied', 403))],
  ['a service that is unavailable', new ServiceError(refusal('ServiceUnavailable', 503))],
  ['an input that is wrong', new InputError('audience', 'must hold 1 to 10 audiences')],
  ['a call that took too long', new TimeoutError('the response', 20_000, 3)],
  ['what is no error of ours', new Error('InternalFailure')],
  ['what is no error at all', { code: 'InternalFailure' }],
])('%s ends the wait at once, be it the first answer or the second', async (_, error) => {
  const first = minter(error)
  expect(await rejectionOf(waitUntilVending({ sts: first, ...INPUT }))).toBe(error)
  expect(first.getWebIdentityToken).toHaveBeenCalledTimes(1)
  const second = minter(disabled, error)
  const { waiting } = begin(second)
  await vi.advanceTimersByTimeAsync(1000)
  expect(await rejectionOf(waiting)).toBe(error)
  expect(second.getWebIdentityToken).toHaveBeenCalledTimes(2)
  expect(vi.getTimerCount()).toBe(0)
})

describe('when the time is over', () => {
  const always = { getWebIdentityToken: vi.fn(() => Promise.reject(disabled)) }
  beforeEach(() => {
    always.getWebIdentityToken.mockClear()
  })

  test('after a minute where nothing else was said, that is a TimeoutError', async () => {
    const { waiting, isOver } = begin(always)
    await vi.advanceTimersByTimeAsync(59_999)
    expect(isOver()).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    const error = await rejectionOf(waiting)
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({ timeout: 60_000, waitingFor: 'STS to give the first token', attempts: 60 })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('between two attempts, no other is begun', async () => {
    const { waiting } = begin(always, { timeout: 2500 })
    await vi.advanceTimersByTimeAsync(2500)
    expect(await rejectionOf(waiting)).toMatchObject({ name: 'TimeoutError', timeout: 2500, attempts: 3 })
    expect(vi.getTimerCount()).toBe(0)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(always.getWebIdentityToken).toHaveBeenCalledTimes(3)
  })

  test('during an attempt, its signal aborts with the same error, even where nobody listens to it', async () => {
    let seen: AbortSignal | undefined
    const { waiting } = begin(
      {
        getWebIdentityToken(_, { signal }) {
          seen = signal
          return new Promise(() => {})
        },
      },
      { timeout: 100 },
    )
    await vi.advanceTimersByTimeAsync(100)
    const error = await rejectionOf(waiting)
    expect(error).toBeInstanceOf(TimeoutError)
    expect(seen?.reason).toBe(error)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('when the signal aborts, the wait ends with its reason and leaves nothing behind', () => {
  const reason = new Error('changed my mind')

  /** A signal whose listeners are counted. */
  function countedSignal() {
    const controller = new AbortController()
    const added = vi.spyOn(controller.signal, 'addEventListener')
    const removed = vi.spyOn(controller.signal, 'removeEventListener')
    const left = () => {
      const gone = removed.mock.calls.map(([, listener]) => listener)
      return added.mock.calls.filter(([, listener]) => !gone.includes(listener)).length
    }
    return { controller, added, left }
  }

  test('before it began', async () => {
    const sts = minter()
    expect(await rejectionOf(begin(sts, { signal: AbortSignal.abort(reason) }).waiting)).toBe(reason)
    expect(sts.getWebIdentityToken).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('between two attempts', async () => {
    const { controller, added, left } = countedSignal()
    const sts = minter(disabled, disabled)
    const { waiting } = begin(sts, { signal: controller.signal })
    await vi.advanceTimersByTimeAsync(500)
    controller.abort(reason)
    expect(await rejectionOf(waiting)).toBe(reason)
    expect(added).toHaveBeenCalled()
    expect(left()).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sts.getWebIdentityToken).toHaveBeenCalledTimes(1)
  })

  test('during an attempt that fails of it', async () => {
    const { controller, left } = countedSignal()
    const sts: TokenMinter<typeof INPUT, typeof FIRST> = {
      getWebIdentityToken: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(failure))
        }),
    }
    const { waiting } = begin(sts, { signal: controller.signal })
    controller.abort(reason)
    expect(await rejectionOf(waiting)).toBe(reason)
    expect(left()).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('or after it: that changes nothing', async () => {
    const { controller, left } = countedSignal()
    const { waiting } = begin(minter(disabled), { signal: controller.signal })
    await vi.advanceTimersByTimeAsync(1000)
    expect(await waiting).toBe(FIRST)
    expect(left()).toBe(0)
    controller.abort(reason)
  })
})

describe('a real StsClient', () => {
  // WebCrypto and the parser's loading take turns of the real event loop: only the wait itself is faked.
  beforeEach(() => {
    vi.useRealTimers()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })

  test('is asked until it gives the token', async () => {
    const fetch = scriptedFetch(
      xmlReply(errorReply('OutboundWebIdentityFederationDisabledException'), { status: 403 }),
      xmlReply(errorReply('InternalFailure', 'No.', 'Receiver'), { status: 500 }),
      xmlReply(tokenReply()),
    )
    // Each look lets a second pass: no other bound may be near.
    const timeout = 2 ** 31 - 1
    const sts = makeClient({ fetch, timeout, attemptTimeout: timeout })
    const waiting = waitUntilVending({ sts, ...INPUT }, { timeout })
    const seeAll = () => {
      vi.advanceTimersByTime(1000)
      expect(fetch.requests).toHaveLength(3)
    }
    await vi.waitFor(seeAll, { interval: 5, timeout: 4000 })
    expect((await waiting).webIdentityToken).toBe(TOKEN)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('gives what the emulator mints', async () => {
    const { fetch, credentials } = createEmulator()
    const output = await waitUntilVending({ sts: makeClient({ fetch, credentials }), ...INPUT })
    expect(output.webIdentityToken).toMatch(/^eyJ/)
    expect(output.expiration).toBeInstanceOf(Date)
  })
})
