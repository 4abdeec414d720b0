import { afterEach, describe, expect, test, vi } from 'vitest'
import { type FromContainerMetadataOptions, fromContainerMetadata } from '../../src/credentials/index.ts'
import { CredentialsError, ResponseError, ServiceError, TimeoutError } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import { streamOf } from '../support/scripted-fetch.ts'
import vectors from '../vectors/credentials-container.json' with { type: 'json' }
import { credentialsJson, MINUTE, metadataFetch, SECRET_KEY, SESSION_TOKEN, START } from './support.ts'

const FULL = 'AWS_CONTAINER_CREDENTIALS_FULL_URI'
const RELATIVE = 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'
const relative = { [RELATIVE]: '/credentials' }
const TOKEN = 'the-token-that-nobody-else-may-see'

const granting = () => metadataFetch(() => Response.json(credentialsJson(START + 60 * MINUTE)))

async function failure(options: FromContainerMetadataOptions): Promise<CredentialsError> {
  const error = await rejectionOf(fromContainerMetadata({ env: relative, ...options })())
  if (!(error instanceof CredentialsError)) throw error
  return error
}

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the address, by the vectors of the AWS SDKs', () => {
  // Theirs, and the words in which it is said here.
  const words: Record<string, string> = {
    'No environment variables were set to configure ECS provider': `${RELATIVE} and ${FULL} are not set`,
    'URI did not specify a host': `${FULL} must be a URL with a host`,
  }
  for (const { docs, env, result } of vectors.suite.tests) {
    test(docs, async () => {
      const fetch = granting()
      if ('Ok' in result) {
        await fromContainerMetadata({ env, fetch })()
        expect(fetch.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([`GET ${result.Ok}`])
      } else {
        const expected = words[result.ErrorContains ?? ''] ?? 'no such words'
        expect((await failure({ env, fetch })).message).toBe(`fromContainerMetadata: ${expected}`)
        expect(fetch.requests).toEqual([])
      }
    })
  }
})

describe('an address that may not be asked is refused before any request', () => {
  test.each([
    'http://example.com/credentials',
    'http://169.254.169.254/latest/meta-data/',
    'http://169.254.170.3/',
    'http://169.254.170.2.example.com/',
    'http://127.0.0.1.example.com/',
    'http://127.example.com/',
    'http://localhost.example.com/',
    'http://128.0.0.1/',
    'http://10.0.0.1/',
    'http://0.0.0.0/',
    'http://[::2]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[fd00:ec2::24]/',
    'http://user:secret@localhost/',
    'https://user@example.com/',
    'ftp://localhost/',
    'file:///etc/passwd',
    'localhost:8080/credentials',
    'http://',
  ])('%s', async (address) => {
    const fetch = granting()
    const error = await failure({ env: { [FULL]: address }, fetch })
    expect(error.message).toContain(FULL)
    expect(error.message).not.toContain('secret')
    expect(error.tryNextLink).toBe(false)
    expect(fetch.requests).toEqual([])
  })

  test.each(['@example.com/', '.example.com/', ':80@example.com/', 'credentials', 'http://example.com/'])(
    'a path %s, which would change the host',
    async (path) => {
      const fetch = granting()
      const error = await failure({ env: { [RELATIVE]: path }, fetch })
      expect(error.message).toBe(`fromContainerMetadata: ${RELATIVE} must be a path that begins with /`)
      expect(fetch.requests).toEqual([])
    },
  )

  test.each([
    ['http://127.1:51679/x', 'http://127.0.0.1:51679/x'],
    ['http://127.255.255.254/', 'http://127.255.255.254/'],
    ['http://0x7f000001/', 'http://127.0.0.1/'],
    ['http://[0:0:0:0:0:0:0:1]/', 'http://[::1]/'],
    ['http://[FD00:EC2:0:0:0:0:0:23]/', 'http://[fd00:ec2::23]/'],
    ['HTTP://LocalHost/', 'http://localhost/'],
  ])('but another spelling of an allowed one is allowed: %s', async (address, url) => {
    const fetch = granting()
    await fromContainerMetadata({ env: { [FULL]: address }, fetch })()
    expect(fetch.requests.map((request) => request.url)).toEqual([url])
  })
})

describe('the authorization', () => {
  const authorizations = async (options: FromContainerMetadataOptions) => {
    const fetch = granting()
    await fromContainerMetadata({ fetch, ...options })()
    return fetch.requests.map(({ headers }) => headers.get('authorization'))
  }

  test('is absent where none is set', async () => {
    expect(await authorizations({ env: relative })).toEqual([null])
  })

  test('is the variable’s', async () => {
    const env = { ...relative, AWS_CONTAINER_AUTHORIZATION_TOKEN: `Basic ${TOKEN}` }
    expect(await authorizations({ env })).toEqual([`Basic ${TOKEN}`])
  })

  test('is the file’s where there is one, read anew for each request', async () => {
    vi.useFakeTimers({ now: START, toFake: ['Date'] })
    const env = {
      ...relative,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'not this one',
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/var/run/token',
    }
    const fetch = granting()
    const paths: string[] = []
    const readFile = async (path: string) => `${TOKEN}-${paths.push(path)}`
    const provider = fromContainerMetadata({ env, fetch, readFile })
    await provider()
    vi.setSystemTime(START + 56 * MINUTE)
    await provider()
    expect(paths).toEqual(['/var/run/token', '/var/run/token'])
    expect(fetch.requests.map(({ headers }) => headers.get('authorization'))).toEqual([
      `${TOKEN}-1`,
      `${TOKEN}-2`,
    ])
  })

  test.each([
    ['a\r\nHost: example.com', 'must not hold a line break'],
    [`${TOKEN}\n`, 'must not hold a line break'],
    [`${TOKEN}\r`, 'must not hold a line break'],
    [`${TOKEN}\u0000`, 'must be ASCII characters'],
    [`${TOKEN}é`, 'must be ASCII characters'],
  ])('%j is refused before any request, in the variable and in the file', async (token, rule) => {
    const name = 'AWS_CONTAINER_AUTHORIZATION_TOKEN'
    const fetch = granting()
    const inVariable = await failure({ fetch, env: { ...relative, [name]: token } })
    expect(inVariable.message).toBe(`fromContainerMetadata: ${name} ${rule}`)
    const env = { ...relative, [`${name}_FILE`]: '/token' }
    const inFile = await failure({ fetch, env, readFile: async () => token })
    expect(inFile.message).toBe(`fromContainerMetadata: The file of ${name}_FILE ${rule}`)
    expect(fetch.requests).toEqual([])
  })

  const env = { ...relative, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/token' }
  test.each<[string, FromContainerMetadataOptions['readFile'], string]>([
    ['is empty', async () => '', 'The file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is empty'],
    [
      'cannot be read',
      () => Promise.reject(Object.assign(new Error(`secret ${TOKEN}`), { code: 'ENOENT' })),
      'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, "/token", cannot be read: ENOENT',
    ],
    [
      'may not be read in Deno',
      () => Promise.reject(Object.assign(new Error(TOKEN), { name: 'NotCapable' })),
      'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, "/token", cannot be read: Deno does not let it be read: run with --allow-read',
    ],
    [
      'is read as bytes',
      // What JavaScript lets a caller write, whatever the types say.
      (async () => new Uint8Array()) as unknown as () => Promise<string>,
      'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read: readFile must give a string: it gave the type object',
    ],
  ])('whose file %s is an error and no absence', async (_, readFile, message) => {
    const fetch = granting()
    const error = await failure({ env, fetch, readFile })
    expect(error).toMatchObject({ tryNextLink: false, message: `fromContainerMetadata: ${message}` })
    expect(error.cause).toBeUndefined()
    expect(fetch.requests).toEqual([])
  })

  test('whose file cannot be read at all, in a runtime without files, asks for readFile', async () => {
    vi.stubGlobal('Deno', undefined)
    vi.stubGlobal('process', undefined)
    expect((await failure({ env, fetch: granting() })).message).toContain(
      'this runtime has no files, give `readFile`',
    )
  })
})

describe('the answer', () => {
  test('is given in the SDK’s shape, with the account where it is told', async () => {
    const fetch = metadataFetch(() =>
      Response.json(credentialsJson(START, { AccountId: '123456789012', RoleArn: 'x' })),
    )
    expect(await fromContainerMetadata({ env: relative, fetch })()).toStrictEqual({
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      secretAccessKey: SECRET_KEY,
      sessionToken: SESSION_TOKEN,
      expiration: new Date(START),
      accountId: '123456789012',
    })
  })

  test.each([
    [{ AccessKeyId: undefined }, 'AccessKeyId', 'is missing'],
    [{ SecretAccessKey: '' }, 'SecretAccessKey', 'must be a string that is not empty'],
    [{ Token: 7 }, 'Token', 'must be a string that is not empty'],
    [{ Expiration: undefined }, 'Expiration', 'is missing'],
    [{ Expiration: 'soon' }, 'Expiration', 'must be a date, such as 2026-11-19T12:00:00Z'],
    [{ Expiration: '2026-13-45T12:00:00Z' }, 'Expiration', 'must be a date, such as 2026-11-19T12:00:00Z'],
  ])('with %j is refused by the member', async (members, member, rule) => {
    const fetch = metadataFetch(() => Response.json(credentialsJson(START, members)))
    const error = await failure({ fetch })
    expect(error).toMatchObject({
      member,
      message: `fromContainerMetadata: ${member} of the answer ${rule}`,
    })
    expect(error.cause).toBeUndefined()
  })

  test.each([
    ['', 'is no JSON'],
    ['{', 'is no JSON'],
    [`{"SecretAccessKey":"${SECRET_KEY}`, 'is no JSON'],
    ['[]', 'AccessKeyId of the answer is missing'],
    ['null', 'is no JSON object'],
    ['"x"', 'is no JSON object'],
  ])('%s is refused', async (text, message) => {
    const error = await failure({ fetch: metadataFetch(() => new Response(text)) })
    expect(error.message).toContain(message)
    expect(error.message).not.toContain(SECRET_KEY)
  })

  test('that is an error comes with the endpoint’s own code and words', async () => {
    const told = { code: 'AccessDenied', message: 'The task has no role.', HTTPErrorCode: 400 }
    const error = await failure({ fetch: metadataFetch(() => Response.json(told, { status: 400 })) })
    expect(error).toMatchObject({
      tryNextLink: false,
      message:
        'fromContainerMetadata: http://169.254.170.2 answered with HTTP 400: AccessDenied: "The task has no role."',
    })
    expect(error.cause).toBeInstanceOf(ServiceError)
    expect(error.cause).toMatchObject({ code: 'AccessDenied', statusCode: 400, fault: 'client' })
  })

  test.each([500, 503, 404])('%i without words of its own is an error all the same', async (status) => {
    const error = await failure({ fetch: metadataFetch(() => new Response('<p>oh', { status })) })
    expect(error.message).toBe(
      `fromContainerMetadata: http://169.254.170.2 answered with HTTP ${status}: "<p>oh"`,
    )
    expect(error.cause).toBeInstanceOf(ResponseError)
  })

  test.each([301, 302, 307, 308])('%i is not followed', async (status) => {
    const fetch = metadataFetch(
      () => new Response(null, { status, headers: { location: 'http://example.com/' } }),
    )
    expect((await failure({ fetch })).cause).toMatchObject({ code: 'redirect', statusCode: status })
    expect(fetch.requests.map(({ redirect }) => redirect)).toEqual(['manual'])
  })

  test('of more than 64 KiB is cut off while it streams', async () => {
    const { stream, cancelled } = streamOf(Array.from({ length: 70 }, () => ' '.repeat(1024)))
    expect((await failure({ fetch: metadataFetch(() => new Response(stream)) })).cause).toMatchObject({
      code: 'too_large',
    })
    expect(cancelled()).toBe(true)
  })

  test('that breaks off is an error', async () => {
    const { stream } = streamOf(['{"Access'], 'error')
    expect((await failure({ fetch: metadataFetch(() => new Response(stream)) })).cause).toMatchObject({
      code: 'incomplete_body',
    })
  })
})

describe('where nobody answers', () => {
  test('the error says where this address can be reached', async () => {
    const cause = new Error('connect ECONNREFUSED 169.254.170.2:80')
    const fetch = metadataFetch(() => Promise.reject(new TypeError('fetch failed', { cause })))
    expect(await failure({ fetch })).toMatchObject({
      tryNextLink: false,
      message:
        'fromContainerMetadata: No response from http://169.254.170.2: "fetch failed (connect ECONNREFUSED 169.254.170.2:80)". This address answers only inside the container, and never in Cloudflare Workers',
    })
  })

  test('in time, the try ends, although the fetch does not listen', async () => {
    const fetch = metadataFetch(() => new Promise<never>(() => {}))
    const error = await failure({ fetch, timeout: 10 })
    expect(error.message).toContain('Gave up after 10 ms, waiting for a response from http://169.254.170.2')
    expect(error.cause).toBeInstanceOf(TimeoutError)
  })

  test('10,000 callers make one request in a step of the backoff', async () => {
    const fetch = metadataFetch(() => new Response(null, { status: 500 }))
    vi.spyOn(Math, 'random').mockReturnValue(1)
    vi.useFakeTimers({ now: START, toFake: ['Date'] })
    const provider = fromContainerMetadata({ env: relative, fetch })
    for (const [index, step] of [1000, 2000, 4000].entries()) {
      await Promise.all(Array.from({ length: 10_000 }, () => rejectionOf(provider())))
      expect(fetch.requests).toHaveLength(index + 1)
      vi.setSystemTime(Date.now() + step)
    }
    vi.restoreAllMocks()
  })
})

test('10,000 callers make one request', async () => {
  const fetch = metadataFetch(() => Response.json(credentialsJson(Date.now() + 60 * MINUTE)))
  const provider = fromContainerMetadata({ env: relative, fetch })
  await Promise.all(Array.from({ length: 10_000 }, () => provider()))
  await provider()
  expect(fetch.requests).toHaveLength(1)
})

test.each([
  [{ timeout: 0 }, 'timeout must be from 1 to'],
  [{ fetch: 'x' }, 'fetch must be a function'],
  [{ readFile: 1 }, 'readFile must be a function'],
  [{ maxRetries: 3 }, 'maxRetries is not known here'],
])('%j is refused at once', (options, message) => {
  expect(() => Reflect.apply(fromContainerMetadata, undefined, [options])).toThrow(message)
})
