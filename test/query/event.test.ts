// What a client tells of its calls while they run, and that who watches cannot break them.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type ClientEvent, type OnEvent, StsClient, type StsClientOptions } from '../../src/index.ts'
import {
  CREDENTIALS,
  errorReply,
  INPUT,
  makeClient,
  rejectionOf,
  TOKEN,
  tokenReply,
} from '../support/client.ts'
import { SECRET_KEY, SECRETS, SESSION_TOKEN } from '../support/every-error.ts'
import { type Answer, scriptedFetch, streamOf, xmlReply } from '../support/scripted-fetch.ts'

const NOW = Date.UTC(2026, 8, 11, 18)
const REQUEST_ID = '66666666-7777-8888-9999-000000000000'
const operation = 'GetWebIdentityToken'
const where = { origin: 'https://sts.us-east-1.amazonaws.com', signingRegion: 'us-east-1' }

// The clocks stand still but where a test moves them, and a retry waits for the tenth of its backoff.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: NOW })
  vi.spyOn(Math, 'random').mockReturnValue(0.1)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const token = () => xmlReply(tokenReply(), { headers: { 'x-amzn-requestid': REQUEST_ID } })
const refusal = (code: string, status: number, headers: Record<string, string> = {}) =>
  xmlReply(errorReply(code), { status, headers: { 'x-amzn-requestid': REQUEST_ID, ...headers } })

function watch(answers: Answer[], options: Partial<StsClientOptions> = {}) {
  const events: ClientEvent[] = []
  const fetch = scriptedFetch(...answers)
  const onEvent: OnEvent = (event) => {
    events.push(event)
  }
  return { events, sts: makeClient({ fetch, onEvent, maxAttempts: 3, ...options }) }
}

const credentialsEvent = { type: 'credentials', operation, forceRefresh: false, duration: 0 }
const requestEvent = (attempt: number) => ({ type: 'request', operation, attempt, ...where })
const responseEvent = (attempt: number, statusCode: number, errorCode?: string) => ({
  type: 'response',
  operation,
  attempt,
  statusCode,
  requestId: REQUEST_ID,
  errorCode,
  duration: 0,
})

describe('what is told', () => {
  test('of a plain call are its credentials, its request and its response', async () => {
    const { events, sts } = watch([token()])
    await sts.getWebIdentityToken(INPUT)
    expect(events).toEqual([credentialsEvent, requestEvent(1), responseEvent(1, 200)])
    expect(Object.keys(events[0] ?? {})).toContain('expiration')
  })

  test('of a call that needs no credentials is nothing about them', async () => {
    const { events } = watch([])
    const fetch = scriptedFetch(refusal('IDPRejectedClaim', 403))
    const sts = new StsClient({ region: 'cn-north-1', fetch, onEvent: (event) => events.push(event) })
    const roleArn = 'arn:aws-cn:iam::123456789012:role/demo'
    await rejectionOf(
      sts.assumeRoleWithWebIdentity({ roleArn, roleSessionName: 'me', webIdentityToken: TOKEN }),
    )
    expect(events).toEqual([
      {
        type: 'request',
        operation: 'AssumeRoleWithWebIdentity',
        attempt: 1,
        origin: 'https://sts.cn-north-1.amazonaws.com.cn',
        signingRegion: 'cn-north-1',
      },
      { ...responseEvent(1, 403, 'IDPRejectedClaim'), operation: 'AssumeRoleWithWebIdentity' },
    ])
  })

  test('of a call that AWS refuses is the code', async () => {
    const { events, sts } = watch([refusal('AccessDenied', 403)])
    await rejectionOf(sts.getWebIdentityToken(INPUT))
    expect(events).toEqual([credentialsEvent, requestEvent(1), responseEvent(1, 403, 'AccessDenied')])
  })

  test('of a call that is retried is each attempt, and how long it waits between them', async () => {
    const { events, sts } = watch([
      refusal('InternalFailure', 500),
      refusal('Unavailable', 503, { 'x-amz-retry-after': '7' }),
      token(),
    ])
    await sts.getWebIdentityToken(INPUT)
    expect(events).toEqual([
      credentialsEvent,
      requestEvent(1),
      responseEvent(1, 500, 'InternalFailure'),
      { type: 'retry', operation, attempt: 1, errorCode: 'InternalFailure', delay: 5 },
      requestEvent(2),
      responseEvent(2, 503, 'Unavailable'),
      { type: 'retry', operation, attempt: 2, errorCode: 'Unavailable', delay: 10 },
      requestEvent(3),
      responseEvent(3, 200),
    ])
  })

  test('of the last attempt is no retry', async () => {
    const { events, sts } = watch([refusal('InternalFailure', 500)], { maxAttempts: 2 })
    await rejectionOf(sts.getWebIdentityToken(INPUT))
    expect(events.map(({ type }) => type)).toEqual([
      'credentials',
      'request',
      'response',
      'retry',
      'request',
      'response',
    ])
  })

  test('of an attempt without a response is why', async () => {
    const { events, sts } = watch([new TypeError('fetch failed'), token()])
    await sts.getWebIdentityToken(INPUT)
    expect(events.slice(1, 4)).toEqual([
      requestEvent(1),
      {
        ...responseEvent(1, 200, 'network_failure'),
        statusCode: undefined,
        requestId: undefined,
      },
      { type: 'retry', operation, attempt: 1, errorCode: 'network_failure', delay: 5 },
    ])
  })

  test('of an attempt whose time is over is that, and what had come by then', async () => {
    const hanging = () =>
      xmlReply(streamOf(['<'], 'hang').stream, { headers: { 'x-amzn-requestid': REQUEST_ID } })
    const { events, sts } = watch([hanging, token()], { attemptTimeout: 10 })
    await sts.getWebIdentityToken(INPUT)
    expect(events.slice(2, 4)).toEqual([
      responseEvent(1, 200, 'timeout'),
      { type: 'retry', operation, attempt: 1, errorCode: 'timeout', delay: 5 },
    ])
  })

  test('of a clock that is set right is how far it was off, and no retry', async () => {
    const date = new Date(NOW + 3_600_000).toUTCString()
    const { events, sts } = watch([refusal('SignatureDoesNotMatch', 403, { date }), token()])
    await sts.getWebIdentityToken(INPUT)
    expect(events).toEqual([
      credentialsEvent,
      requestEvent(1),
      responseEvent(1, 403, 'SignatureDoesNotMatch'),
      { type: 'clock', operation, offset: 3_600_000 },
      requestEvent(2),
      responseEvent(2, 200),
    ])
    await sts.getWebIdentityToken(INPUT)
    expect(events.slice(6)).toEqual([credentialsEvent, requestEvent(1), responseEvent(1, 200)])
  })

  test.each(['ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId'])(
    'of credentials that AWS refuses as %s is that others were got',
    async (code) => {
      const old = new Date(NOW + 1_800_000)
      const fresh = new Date(NOW + 3_600_000)
      const credentials: StsClientOptions['credentials'] = async (options) => ({
        ...CREDENTIALS,
        expiration: options?.forceRefresh === true ? fresh : old,
      })
      const { events, sts } = watch([refusal(code, 403), token()], { credentials })
      await sts.getWebIdentityToken(INPUT)
      expect(events).toEqual([
        { ...credentialsEvent, expiration: old },
        requestEvent(1),
        responseEvent(1, 403, code),
        { ...credentialsEvent, forceRefresh: true, expiration: fresh },
        requestEvent(2),
        responseEvent(2, 200),
      ])
    },
  )

  test('are durations in milliseconds: of the provider, and of the attempt to the end of its body', async () => {
    const pass = (milliseconds: number) => vi.advanceTimersByTime(milliseconds)
    const body = new ReadableStream(
      {
        pull(controller) {
          pass(30)
          controller.enqueue(new TextEncoder().encode(tokenReply()))
          controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    const answer = () => {
      pass(120)
      return xmlReply(body)
    }
    const credentials = async () => {
      pass(40)
      return CREDENTIALS
    }
    const { events, sts } = watch([answer], { credentials })
    await sts.getWebIdentityToken(INPUT)
    expect(events).toMatchObject([
      { type: 'credentials', duration: 40 },
      { type: 'request' },
      { type: 'response', duration: 150 },
    ])
  })

  test('is told when it happens, not afterwards', async () => {
    const log: string[] = []
    const fetch = scriptedFetch(() => {
      log.push('fetch')
      return token()
    })
    const credentials = async () => {
      log.push('provider')
      return CREDENTIALS
    }
    const sts = makeClient({ fetch, credentials, onEvent: ({ type }) => log.push(type) })
    await sts.getWebIdentityToken(INPUT)
    log.push('token')
    expect(log).toEqual(['provider', 'credentials', 'request', 'fetch', 'response', 'token'])
  })

  test('of a refusal before anything is sent is nothing of a request', async () => {
    const { events, sts } = watch([token()], { credentials: undefined })
    await rejectionOf(sts.getWebIdentityToken(INPUT))
    await rejectionOf(sts.getWebIdentityToken({ ...INPUT, audience: [] }))
    expect(events).toEqual([])
  })

  test('is plain: events can be cloned, and written as JSON', async () => {
    const { events, sts } = watch([refusal('InternalFailure', 500), token()], {
      credentials: { ...CREDENTIALS, expiration: new Date(NOW + 3_600_000) },
    })
    await sts.getWebIdentityToken(INPUT)
    expect(structuredClone(events)).toEqual(events)
    expect(JSON.parse(JSON.stringify(events))).toHaveLength(events.length)
  })
})

describe('who watches cannot break what is watched', () => {
  const unhandled = vi.fn()
  const listen = (event: Event | Error) => unhandled(event)
  beforeEach(() => {
    unhandled.mockClear()
    // Node tells its process, workerd its global scope.
    process.on('unhandledRejection', listen)
    globalThis.addEventListener?.('unhandledrejection', listen)
  })
  afterEach(() => {
    process.off('unhandledRejection', listen)
    globalThis.removeEventListener?.('unhandledrejection', listen)
  })
  const turn = () => new Promise((resolve) => setTimeout(resolve))

  test.each<[string, OnEvent]>([
    [
      'throws',
      () => {
        throw new Error('broken watcher')
      },
    ],
    ['returns a promise that rejects', () => Promise.reject(new Error('broken watcher'))],
    [
      'returns a promise that rejects later',
      async () => {
        await Promise.resolve()
        throw new Error('broken watcher')
      },
    ],
    ['returns a promise that never settles', () => new Promise(() => {})],
    [
      'returns what is only half a promise',
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: that is what this is about
        get then() {
          throw new Error('broken watcher')
        },
      }),
    ],
  ])('by a callback that %s', async (_, onEvent) => {
    const date = new Date(NOW + 3_600_000).toUTCString()
    const { sts } = watch(
      [refusal('InternalFailure', 500), refusal('SignatureDoesNotMatch', 403, { date }), token()],
      { onEvent },
    )
    expect((await sts.getWebIdentityToken(INPUT)).webIdentityToken).toBe(TOKEN)
    const refused = watch([refusal('AccessDenied', 403)], { onEvent })
    expect(await rejectionOf(refused.sts.getWebIdentityToken(INPUT))).toMatchObject({ code: 'AccessDenied' })
    await turn()
    await turn()
    expect(unhandled).not.toHaveBeenCalled()
  })

  test('by changing an event', async () => {
    const expiration = new Date(NOW + 3_600_000)
    const onEvent: OnEvent = (event) => {
      if (event.type === 'credentials') event.expiration?.setTime(NOW + 1000)
      for (const name of Object.keys(event)) Reflect.set(event, name, 'changed')
    }
    const { sts } = watch([token()], { onEvent, credentials: { ...CREDENTIALS, expiration } })
    expect((await sts.getWebIdentityToken(INPUT)).webIdentityToken).toBe(TOKEN)
    expect(expiration).toEqual(new Date(NOW + 3_600_000))
  })
})

describe('no secret is in any event, though the service echoes them all', () => {
  const credentials = { ...CREDENTIALS, secretAccessKey: SECRET_KEY, sessionToken: SESSION_TOKEN }
  const ECHO = `${SECRET_KEY} ${encodeURIComponent(SECRET_KEY)} ${SESSION_TOKEN} ${encodeURIComponent(SESSION_TOKEN)} ${TOKEN}`
  const headers = { 'x-amzn-requestid': ECHO }
  const replies: Record<string, () => Response> = {
    'a token': () => xmlReply(tokenReply(), { headers }),
    'a refusal': () => xmlReply(errorReply('AccessDenied', ECHO), { status: 403, headers }),
    'a refusal that is tried again': () => xmlReply(errorReply('Throttling', ECHO), { status: 429, headers }),
    'a refusal of the credentials': () =>
      xmlReply(errorReply('ExpiredToken', ECHO), { status: 403, headers }),
    'a refusal of the time': () =>
      xmlReply(errorReply('SignatureDoesNotMatch', ECHO), {
        status: 403,
        headers: { ...headers, date: 'Fri, 11 Sep 2026 20:00:00 GMT' },
      }),
    'a secret for a code': () => xmlReply(errorReply(ECHO), { status: 503, headers }),
    'a page': () => new Response(ECHO, { status: 502, headers: { ...headers, 'content-type': 'text/html' } }),
    'a redirect': () => new Response(null, { status: 307, headers: { ...headers, location: `/?${TOKEN}` } }),
    'a body that breaks off': () => xmlReply(streamOf([ECHO], 'error').stream, { headers }),
  }

  test.each(Object.keys(replies))('by %s', async (name) => {
    vi.spyOn(Math, 'random').mockReturnValue(0) // no wait between attempts
    const { events, sts } = watch([() => replies[name]?.() ?? xmlReply('')], {
      credentials: async () => credentials,
    })
    await sts.getWebIdentityToken(INPUT).catch(() => {})
    expect(events.length).toBeGreaterThan(2)
    const told = JSON.stringify(events)
    for (const secret of SECRETS) expect(told).not.toContain(secret)
    expect(told).toContain('[redacted]') // so the echo was there to be seen
  })

  test('by a web identity that is no JWT', async () => {
    const webIdentityToken = 'opaque/token+with=characters'
    const echo = `${webIdentityToken} ${encodeURIComponent(webIdentityToken)}`
    const answer = xmlReply(errorReply(echo, echo), { status: 400, headers: { 'x-amzn-requestid': echo } })
    const { events, sts } = watch([answer])
    const roleArn = 'arn:aws:iam::123456789012:role/demo'
    await rejectionOf(sts.assumeRoleWithWebIdentity({ roleArn, roleSessionName: 'me', webIdentityToken }))
    expect(JSON.stringify(events)).toMatch(
      /"requestId":"\[redacted\] \[redacted\]","errorCode":"unexpected_reply"/,
    )
    expect(JSON.stringify(events)).not.toMatch(/opaque/)
  })
})
