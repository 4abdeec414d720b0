import { beforeAll, describe, expect, test, vi } from 'vitest'
import {
  CredentialsError,
  InputError,
  ResponseError,
  StsClient,
  type StsClientOptions,
  TimeoutError,
} from '../../src/index.ts'
import {
  CREDENTIALS,
  errorReply,
  INPUT,
  makeClient,
  rejectionOf,
  TOKEN,
  tokenReply,
} from '../support/client.ts'
import { scriptedFetch, streamOf, xmlReply } from '../support/scripted-fetch.ts'

const identityReply =
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>'

describe('options', () => {
  const make = (options: object) => () =>
    // What JavaScript lets a caller write, whatever the types say.
    new StsClient({ region: 'us-east-1', credentials: CREDENTIALS, ...options } as StsClientOptions)

  test.each([
    [{ region: undefined }, 'region must be the name of an AWS region, such as eu-central-1'],
    [{ region: 'a@b' }, 'region must be the name of an AWS region, such as eu-central-1'],
    [{ endpoint: 'nowhere' }, 'endpoint must be an absolute URL, such as http://127.0.0.1:4566'],
    [{ endpoint: 1 }, 'endpoint must be a URL'],
    [
      { endpoint: 'https://a.example', useFipsEndpoint: true },
      'useFipsEndpoint cannot go with a custom endpoint',
    ],
    [{ useDualstackEndpoint: 'yes' }, 'useDualstackEndpoint must be true or false'],
    [{ validateInput: 0 }, 'validateInput must be true or false'],
    [{ timeout: 0 }, 'timeout must be from 1 to 2147483647 milliseconds'],
    [{ timeout: 2 ** 31 }, 'timeout must be from 1 to 2147483647 milliseconds'],
    [{ timeout: '1s' }, 'timeout must be a number of milliseconds'],
    [{ fetch: {} }, 'fetch must be a function'],
    [{ retries: 3 }, 'retries is not known here'],
    [{ toString: 1 }, 'toString is not known here'],
  ])('%j is refused', (options, message) => {
    expect(make(options)).toThrow(InputError)
    expect(make(options)).toThrow(message)
  })

  test('none at all are refused', () => {
    expect(() => Reflect.construct(StsClient, [])).toThrow('region is missing')
    expect(() => Reflect.construct(StsClient, [{ credentials: CREDENTIALS }])).toThrow('region is missing')
  })

  test('each of the endpoint options has its effect', async () => {
    const urlOf = async (options: Partial<StsClientOptions>) => {
      const fetch = scriptedFetch(xmlReply(identityReply))
      await makeClient({ fetch, ...options }).getCallerIdentity()
      return fetch.requests[0]?.url
    }
    expect(await urlOf({ region: 'eu-west-1' })).toBe('https://sts.eu-west-1.amazonaws.com/')
    expect(await urlOf({ useFipsEndpoint: true })).toBe('https://sts-fips.us-east-1.amazonaws.com/')
    expect(await urlOf({ useDualstackEndpoint: true })).toBe('https://sts.us-east-1.api.aws/')
    expect(await urlOf({ endpoint: new URL('http://127.0.0.1:1/x') })).toBe('http://127.0.0.1:1/x/')
    expect(await urlOf({ region: 'aws-global' })).toBe('https://sts.amazonaws.com/')
  })
})

describe('the global endpoint, which does not support GetWebIdentityToken, is refused before sending', () => {
  test.each<[Partial<StsClientOptions>, string, string]>([
    [{ region: 'aws-global' }, 'region', 'must be a region, such as us-east-1'],
    [
      { region: 'aws-global', endpoint: 'http://127.0.0.1:4566' },
      'region',
      'must be a region, such as us-east-1',
    ],
    [{ endpoint: 'https://sts.amazonaws.com' }, 'endpoint', "must be a region's own, or be left out"],
    [{ endpoint: 'https://STS.amazonaws.com.:443/' }, 'endpoint', "must be a region's own, or be left out"],
  ])('%j', async (options, path, rule) => {
    const fetch = scriptedFetch(xmlReply(tokenReply()))
    const error = await rejectionOf(makeClient({ fetch, ...options }).getWebIdentityToken(INPUT))
    expect(error).toMatchObject({
      name: 'InputError',
      path,
      message: `${path} ${rule}: the global endpoint does not support GetWebIdentityToken`,
    })
    expect(fetch.requests).toEqual([])
  })
})

describe('a provider', () => {
  const expired = () => xmlReply(errorReply('ExpiredToken'), { status: 403 })
  const inSeconds = (seconds: number) => new Date(Date.now() + 1000 * seconds)

  test('is asked no second time by a client that may send but one request', async () => {
    const credentials = vi.fn(async () => CREDENTIALS)
    const fetch = scriptedFetch(expired)
    expect(await rejectionOf(makeClient({ fetch, credentials }).getWebIdentityToken(INPUT))).toMatchObject({
      code: 'ExpiredToken',
      attempts: 1,
    })
    expect(credentials).toHaveBeenCalledTimes(1)
  })

  test('whose session ends too soon is asked for another before anything is sent', async () => {
    const asked: unknown[] = []
    const fetch = scriptedFetch(xmlReply(tokenReply()))
    const client = makeClient({
      fetch,
      credentials: async (options) => {
        asked.push(options)
        return { ...CREDENTIALS, expiration: inSeconds(options?.forceRefresh ? 3600 : 250) }
      },
    })
    expect(await client.getWebIdentityToken(INPUT)).toHaveProperty('webIdentityToken', TOKEN)
    expect(asked).toEqual([{ forceRefresh: false }, { forceRefresh: true }])
    expect(fetch.requests).toHaveLength(1)
  })

  test('whose session AWS finds too short is asked for another, once', async () => {
    const fetch = scriptedFetch(
      () => xmlReply(errorReply('SessionDurationEscalationException'), { status: 403 }),
      xmlReply(tokenReply()),
    )
    const credentials = vi.fn(async () => CREDENTIALS)
    expect(
      await makeClient({ fetch, credentials, maxAttempts: 3 }).getWebIdentityToken(INPUT),
    ).toHaveProperty('expiration')
    expect(credentials.mock.calls).toEqual([[{ forceRefresh: false }], [{ forceRefresh: true }]])
  })

  test('is asked once for a call, whatever is retried', async () => {
    const credentials = vi.fn(async () => CREDENTIALS)
    const fetch = scriptedFetch(() => xmlReply(errorReply('Any'), { status: 503 }), xmlReply(tokenReply()))
    await makeClient({ fetch, credentials, maxAttempts: 2 }).getWebIdentityToken(INPUT)
    expect(credentials).toHaveBeenCalledTimes(1)
  })
})

test('a time-out between attempts keeps the last refusal as its cause', async () => {
  const fetch = scriptedFetch(
    () => xmlReply(errorReply('Unlucky'), { status: 503 }),
    () => new Promise(() => {}),
  )
  const error = await rejectionOf(
    makeClient({ fetch, maxAttempts: 2, timeout: 400 }).getWebIdentityToken(INPUT),
  )
  expect(error).toMatchObject({
    name: 'TimeoutError',
    timeout: 400,
    attempts: 2,
    cause: { code: 'Unlucky' },
  })
})

test('a refusal of an unsigned request teaches nothing of the clock', async () => {
  const date = new Date(Date.now() + 86_400_000).toUTCString()
  const fetch = scriptedFetch(() =>
    xmlReply(errorReply('SignatureDoesNotMatch'), { status: 403, headers: { date } }),
  )
  const client = makeClient({ fetch, maxAttempts: 3 })
  const input = {
    roleArn: 'arn:aws:iam::123456789012:role/app',
    roleSessionName: 'build',
    webIdentityToken: TOKEN,
  }
  expect(await rejectionOf(client.assumeRoleWithWebIdentity(input))).toMatchObject({ attempts: 1 })
  expect(Math.abs(client.now() - Date.now())).toBeLessThan(1000)
})

describe('credentials', () => {
  test('may be a function, which is asked for each call', async () => {
    let count = 0
    const fetch = scriptedFetch(xmlReply(tokenReply()))
    const client = makeClient({
      fetch,
      credentials: async () => {
        count += 1
        return { ...CREDENTIALS, sessionToken: `session${count}`, expiration: new Date(0) }
      },
    })
    await client.getWebIdentityToken(INPUT)
    await client.getWebIdentityToken(INPUT)
    expect(fetch.requests.map(({ headers }) => headers.get('x-amz-security-token'))).toEqual([
      'session1',
      'session2',
    ])
    expect(fetch.requests[0]?.headers.get('authorization')).toContain('x-amz-security-token')
  })

  test('without a session token send none', async () => {
    const fetch = scriptedFetch(xmlReply(tokenReply()))
    await makeClient({ fetch, credentials: { ...CREDENTIALS, sessionToken: undefined } }).getWebIdentityToken(
      INPUT,
    )
    expect(fetch.requests[0]?.headers.has('x-amz-security-token')).toBe(false)
  })

  test.each([
    [{ accessKeyId: undefined }, 'accessKeyId', 'credentials.accessKeyId is missing'],
    [{ accessKeyId: '' }, 'accessKeyId', 'credentials.accessKeyId is empty'],
    [{ secretAccessKey: null }, 'secretAccessKey', 'credentials.secretAccessKey is missing'],
    [{ secretAccessKey: '' }, 'secretAccessKey', 'credentials.secretAccessKey is empty'],
    [{ secretAccessKey: 7 }, 'secretAccessKey', 'credentials.secretAccessKey must be a string, not a number'],
    [
      { secretAccessKey: 'pasted\n' },
      'secretAccessKey',
      'credentials.secretAccessKey must not hold white space, line breaks or characters other than ASCII',
    ],
    [
      { accessKeyId: 'AK,SignedHeaders=host' },
      'accessKeyId',
      'credentials.accessKeyId must hold letters, digits and underscores only',
    ],
    [{ expiration: '2026-01-01' }, 'expiration', 'credentials.expiration must be a valid Date'],
    [{ expiration: new Date(Number.NaN) }, 'expiration', 'credentials.expiration must be a valid Date'],
    [
      { accessKeyId: 'a b' },
      'accessKeyId',
      'credentials.accessKeyId must not hold white space, line breaks or characters other than ASCII',
    ],
    [
      { sessionToken: '' },
      'sessionToken',
      'credentials.sessionToken is empty: long-term keys have none, leave it out',
    ],
    [
      { sessionToken: 'tök' },
      'sessionToken',
      'credentials.sessionToken must not hold white space, line breaks or characters other than ASCII',
    ],
  ])('with %j are refused by name, given or provided', async (members, member, message) => {
    // What JavaScript lets a caller write, whatever the types say.
    const credentials = { ...CREDENTIALS, ...members } as StsClientOptions['credentials'] & object
    const fetch = scriptedFetch(xmlReply(tokenReply()))
    for (const given of [credentials, async () => credentials as typeof CREDENTIALS]) {
      const error = await rejectionOf(makeClient({ fetch, credentials: given }).getWebIdentityToken(INPUT))
      expect(error).toBeInstanceOf(CredentialsError)
      expect(error).toMatchObject({ code: 'invalid_credentials', member, message })
    }
    expect(fetch.requests).toEqual([])
  })

  test('whose members cannot be read are refused', async () => {
    const credentials = {
      ...CREDENTIALS,
      get secretAccessKey(): string {
        throw new Error('locked')
      },
    }
    expect(await rejectionOf(makeClient({ credentials }).getCallerIdentity())).toMatchObject({
      name: 'CredentialsError',
      message: 'The credentials cannot be read',
    })
  })

  test('may come from a function that is not asynchronous', async () => {
    const fetch = scriptedFetch(xmlReply(identityReply))
    expect(await makeClient({ fetch, credentials: () => CREDENTIALS }).getCallerIdentity()).toHaveProperty(
      'arn',
    )
  })

  test('that are absent are missed when a signed call is made, and no sooner', async () => {
    const client = new StsClient({ region: 'us-east-1' })
    expect(await rejectionOf(client.getCallerIdentity())).toMatchObject({ name: 'CredentialsError' })
  })

  test.each([undefined, null, 'keys', async () => undefined])(
    'that are %j are refused',
    async (credentials) => {
      // What JavaScript lets a caller write, whatever the types say.
      const client = makeClient({ credentials: credentials as unknown as typeof CREDENTIALS })
      expect(await rejectionOf(client.getCallerIdentity())).toMatchObject({
        name: 'CredentialsError',
        member: undefined,
        message: expect.stringMatching(/^There are no credentials: give \{ accessKeyId, /),
      })
    },
  )

  test('whose session token is null send none, as the SDK has it', async () => {
    const fetch = scriptedFetch(xmlReply(identityReply))
    // What JavaScript lets a caller write, whatever the types say.
    const credentials = { ...CREDENTIALS, sessionToken: null } as unknown as typeof CREDENTIALS
    await makeClient({ fetch, credentials }).getCallerIdentity()
    expect(fetch.requests[0]?.headers.has('x-amz-security-token')).toBe(false)
  })

  test.each([
    [async () => Promise.reject(new Error('no role here')), 'The credentials provider failed: no role here'],
    [() => Promise.reject('odd'), 'The credentials provider failed: odd'],
  ])('whose provider fails say so, with its error as the cause', async (credentials, message) => {
    const error = await rejectionOf(makeClient({ credentials }).getCallerIdentity())
    expect(error).toMatchObject({ name: 'CredentialsError', message })
    expect((error as Error).cause).toBeDefined()
  })
})

describe('fetch', () => {
  test('is called without `this`, or browsers and workerd would refuse it', async () => {
    let seen: unknown = 'not called'
    const fetch = function (this: unknown) {
      seen = this
      return Promise.resolve(xmlReply(identityReply))
    }
    await makeClient({ fetch }).getCallerIdentity()
    expect(seen).toBe(undefined)
  })

  test('is the global one of the moment of the call where none is given', async () => {
    const client = makeClient()
    const replaced = scriptedFetch(xmlReply(identityReply))
    vi.stubGlobal('fetch', replaced)
    try {
      expect(await client.getCallerIdentity()).toEqual({
        arn: 'arn:aws:iam::123456789012:user/me',
        userId: 'AIDAEXAMPLE',
        account: '123456789012',
      })
    } finally {
      vi.unstubAllGlobals()
    }
    expect(replaced.requests).toHaveLength(1)
  })

  test('that fails is a ResponseError which names the host and the reason', async () => {
    const failed = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') })
    const error = await rejectionOf(makeClient({ fetch: scriptedFetch(failed) }).getWebIdentityToken(INPUT))
    expect(error).toBeInstanceOf(ResponseError)
    expect(error).toMatchObject({
      code: 'network_failure',
      statusCode: undefined,
      retryable: true,
      attempts: 1,
      cause: {
        name: 'TypeError',
        message: 'fetch failed',
        cause: { message: 'connect ECONNREFUSED 127.0.0.1:1' },
      },
      message:
        'No response from https://sts.us-east-1.amazonaws.com: fetch failed (connect ECONNREFUSED 127.0.0.1:1)',
    })
  })

  test.each([undefined, null, 'x', {}])('that gives %j is a ResponseError', async (value) => {
    // What JavaScript lets a caller write, whatever the types say.
    const fetch = async () => value as unknown as Response
    expect(await rejectionOf(makeClient({ fetch }).getCallerIdentity())).toMatchObject({
      name: 'ResponseError',
      message: 'No response from https://sts.us-east-1.amazonaws.com: fetch gave no Response',
    })
  })

  test.each([
    [new TypeError('fetch failed', { cause: new Error('') }), 'fetch failed'],
    ['offline', 'offline'],
  ])('that rejects with %s says what is known', async (reason, said) => {
    const client = makeClient({ fetch: () => Promise.reject(reason) })
    expect(await rejectionOf(client.getCallerIdentity())).toMatchObject({
      message: `No response from https://sts.us-east-1.amazonaws.com: ${said}`,
    })
  })

  test('is sent the time of signing by this machine’s clock, to the second', async () => {
    const fetch = scriptedFetch(xmlReply(identityReply))
    await makeClient({ fetch }).getCallerIdentity()
    const [, year, ...rest] =
      /^(....)(..)(..)T(..)(..)(..)Z$/.exec(fetch.requests[0]?.headers.get('x-amz-date') ?? '') ?? []
    const signedAt = Date.parse(`${year}-${rest[0]}-${rest[1]}T${rest[2]}:${rest[3]}:${rest[4]}Z`)
    expect(Math.abs(signedAt - Date.now())).toBeLessThan(30_000)
  })

  test('sends byte for byte the body that was signed, as a form', async () => {
    const fetch = scriptedFetch(xmlReply(tokenReply()))
    await makeClient({ fetch }).getWebIdentityToken({ ...INPUT, audience: ["ü'()*!~ &=+"] })
    const [request] = fetch.requests
    expect(request?.headers.get('content-type')).toBe('application/x-www-form-urlencoded')
    expect(request?.body).toContain('Audience.member.1=%C3%BC%27%28%29%2A%21~%20%26%3D%2B&')
    // That the signature fits is what the emulator tells: see test/sts/emulator.test.ts.
  })
})

test('a result whose members are empty is no identity', async () => {
  for (const member of ['Arn', 'UserId', 'Account']) {
    const damaged = identityReply.replace(new RegExp(`<${member}>[^<]*<`), `<${member}><`)
    const client = makeClient({ fetch: scriptedFetch(xmlReply(damaged)) })
    expect(await rejectionOf(client.getCallerIdentity())).toMatchObject({ code: 'unexpected_reply' })
  }
})

describe('a call ends when its signal aborts', () => {
  const reason = new Error('changed my mind')

  test('before it began: nothing is asked and nothing is sent', async () => {
    const credentials = vi.fn(async () => CREDENTIALS)
    const fetch = scriptedFetch(xmlReply(tokenReply()))
    const client = makeClient({ fetch, credentials })
    expect(await rejectionOf(client.getWebIdentityToken(INPUT, { signal: AbortSignal.abort(reason) }))).toBe(
      reason,
    )
    expect(credentials).not.toHaveBeenCalled()
    expect(fetch.requests).toEqual([])
  })

  test('while a provider never answers, and nothing is sent when it answers after all', async () => {
    const controller = new AbortController()
    const provided = Promise.withResolvers<typeof CREDENTIALS>()
    const fetch = scriptedFetch(xmlReply(tokenReply()))
    const client = makeClient({ fetch, credentials: () => provided.promise })
    const minting = client.getWebIdentityToken(INPUT, { signal: controller.signal })
    controller.abort(reason)
    expect(await rejectionOf(minting)).toBe(reason)
    provided.resolve(CREDENTIALS)
    await new Promise((resolve) => setTimeout(resolve, 20)) // signing would take a few turns
    expect(fetch.requests).toEqual([])
  })

  test('while the request is under way', async () => {
    const controller = new AbortController()
    const fetch = scriptedFetch(
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
          controller.abort(reason)
        }),
    )
    const client = makeClient({ fetch })
    expect(await rejectionOf(client.getWebIdentityToken(INPUT, { signal: controller.signal }))).toBe(reason)
  })

  test('while an injected fetch ignores it, whose late response is then cancelled', async () => {
    const controller = new AbortController()
    const { stream, cancelled } = streamOf([tokenReply()])
    const late = Promise.withResolvers<Response>()
    const fetch = scriptedFetch(() => {
      controller.abort(reason)
      return late.promise
    })
    const minting = makeClient({ fetch }).getWebIdentityToken(INPUT, { signal: controller.signal })
    expect(await rejectionOf(minting)).toBe(reason)
    late.resolve(xmlReply(stream))
    await vi.waitFor(() => expect(cancelled()).toBe(true))
  })

  test('while the body streams, which is then cancelled', async () => {
    const controller = new AbortController()
    const { stream, cancelled } = streamOf([tokenReply().slice(0, 50)], 'hang', () =>
      controller.abort(reason),
    )
    const client = makeClient({ fetch: scriptedFetch(() => xmlReply(stream)) })
    const minting = client.getWebIdentityToken(INPUT, { signal: controller.signal })
    expect(await rejectionOf(minting)).toBe(reason)
    await vi.waitFor(() => expect(cancelled()).toBe(true))
  })

  test('and the request itself is told so', async () => {
    const controller = new AbortController()
    const signals: AbortSignal[] = []
    const fetch = scriptedFetch((signal) => {
      signals.push(signal)
      return new Promise(() => {})
    })
    const aborted = makeClient({ fetch }).getWebIdentityToken(INPUT, { signal: controller.signal })
    await vi.waitFor(() => expect(signals).toHaveLength(1))
    controller.abort(reason)
    await rejectionOf(aborted)
    expect(signals[0]?.reason).toBe(reason)
    await rejectionOf(makeClient({ fetch, timeout: 20 }).getWebIdentityToken(INPUT))
    expect(signals[1]?.reason).toBeInstanceOf(TimeoutError)
  })

  test('with the platform’s reason where none was given', async () => {
    const error = await rejectionOf(makeClient().getCallerIdentity({ signal: AbortSignal.abort() }))
    expect(error).toMatchObject({ name: 'AbortError' })
  })

  test('and an abort after the end changes nothing', async () => {
    const controller = new AbortController()
    const added = vi.spyOn(controller.signal, 'addEventListener')
    const removed = vi.spyOn(controller.signal, 'removeEventListener')
    const client = makeClient({ fetch: scriptedFetch(xmlReply(tokenReply())) })
    await client.getWebIdentityToken(INPUT, { signal: controller.signal })
    await rejectionOf(
      makeClient({ fetch: scriptedFetch(xmlReply(errorReply('X'), { status: 400 })) }).getWebIdentityToken(
        INPUT,
        {
          signal: controller.signal,
        },
      ),
    )
    expect(added).toHaveBeenCalledTimes(2)
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    )
    controller.abort(reason)
  })
})

describe('what is given beside the input is looked at, too', () => {
  test.each([
    [new AbortController().signal, 'options must be { signal }, not the signal itself'],
    [{ signal: new AbortController() }, 'signal must be an AbortSignal'],
    [{ signal: 'x' }, 'signal must be an AbortSignal'],
    [{ timeout: 5 }, 'timeout is not known here'],
    [null, 'options must be an object'],
    [5, 'options must be an object'],
  ])('%s', async (options, message) => {
    const client = makeClient({ fetch: scriptedFetch(xmlReply(identityReply)) })
    // What JavaScript lets a caller write, whatever the types say.
    const error = await rejectionOf(client.getCallerIdentity(options as unknown as { signal: AbortSignal }))
    expect(error).toMatchObject({ name: 'InputError', message })
  })

  test('a signal of another realm is one by what it does', async () => {
    const client = makeClient({ fetch: scriptedFetch(xmlReply(identityReply)) })
    const { signal } = new AbortController()
    // A proxy is no AbortSignal by its class.
    const foreign = new Proxy(signal, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    expect(await client.getCallerIdentity({ signal: foreign })).toHaveProperty('arn')
  })
})

test('an endpoint on a polluted Object.prototype is not the caller’s', async () => {
  const fetch = scriptedFetch(xmlReply(identityReply))
  Object.defineProperty(Object.prototype, 'endpoint', { value: 'http://evil.example/', configurable: true })
  try {
    await makeClient({ fetch }).getCallerIdentity()
  } finally {
    Reflect.deleteProperty(Object.prototype, 'endpoint')
  }
  expect(fetch.requests[0]?.url).toBe('https://sts.us-east-1.amazonaws.com/')
})

describe('a call ends when its time is over, and says what it was waiting for', () => {
  const never = () => new Promise<never>(() => {})

  // What is loaded for the first call takes a time of its own.
  beforeAll(() => makeClient({ fetch: scriptedFetch(xmlReply(tokenReply())) }).getWebIdentityToken(INPUT))

  test.each<[string, Partial<StsClientOptions>]>([
    ['the credentials provider', { credentials: never }],
    ['the response', { fetch: never }],
    ['the response body', { fetch: async () => xmlReply(streamOf(['<'], 'hang').stream) }],
  ])('%s', async (waitingFor, options) => {
    const error = await rejectionOf(makeClient({ timeout: 200, ...options }).getWebIdentityToken(INPUT))
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({
      code: 'timeout',
      waitingFor,
      timeout: 200,
      message: `Gave up after 200 ms, waiting for ${waitingFor}`,
    })
  })
})

test('the token and its expiration come back as they were sent', async () => {
  const client = makeClient({ fetch: scriptedFetch(xmlReply(tokenReply())) })
  expect(await client.getWebIdentityToken(INPUT)).toEqual({
    webIdentityToken: TOKEN,
    expiration: new Date('2026-09-11T18:36:48.279Z'),
  })
})
