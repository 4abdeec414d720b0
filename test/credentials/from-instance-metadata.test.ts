import { afterEach, describe, expect, test, vi } from 'vitest'
import { type FromInstanceMetadataOptions, fromInstanceMetadata } from '../../src/credentials/index.ts'
import { CredentialsError, ServiceError } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import vectors from '../vectors/credentials-imds.json' with { type: 'json' }
import {
  credentialsJson,
  instanceFetch,
  MINUTE,
  metadataFetch,
  ROLES,
  SECRET_KEY,
  SESSION_TOKEN,
  START,
} from './support.ts'

const TOKEN_PATH = '/latest/api/token'
const CREDENTIALS_PATH = `${ROLES}web-server`

async function failure(options: FromInstanceMetadataOptions): Promise<CredentialsError> {
  const error = await rejectionOf(fromInstanceMetadata({ env: {}, ...options })())
  if (!(error instanceof CredentialsError)) throw error
  return error
}

const asked = ({ requests }: ReturnType<typeof instanceFetch>) =>
  requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`)

const useClock = () => vi.useFakeTimers({ now: START, toFake: ['Date'] })

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

interface Vector {
  readonly docs: string
  readonly env: object
  readonly fs: object
  readonly endpoint_override?: string
  readonly mode_override?: string
  readonly result: { readonly Ok?: string; readonly Err?: string }
}

describe('the address, by the vectors of the AWS SDKs', () => {
  // Nothing but the configuration file, which is not read here, decides in these.
  const ofConfigurationFiles = [
    'profile endpoint override',
    'ipv6 endpoint from config',
    'invalid config endpoint mode',
  ]
  test('of which three are of configuration files', () => {
    const docs = vectors.suite.tests.map((vector) => vector.docs)
    expect(docs.filter((each) => ofConfigurationFiles.includes(each))).toHaveLength(3)
    expect(docs).toHaveLength(14)
  })

  for (const vector of vectors.suite.tests as readonly Vector[]) {
    if (ofConfigurationFiles.includes(vector.docs)) continue
    test(vector.docs, async () => {
      const fetch = instanceFetch()
      const options: FromInstanceMetadataOptions = {
        env: vector.env,
        fetch,
        endpoint: vector.endpoint_override,
        // The vectors know these two.
        endpointMode: vector.mode_override as 'IPv4' | 'IPv6' | undefined,
      }
      if (vector.result.Ok !== undefined) {
        await fromInstanceMetadata(options)()
        expect(fetch.requests[0]).toMatchObject({ method: 'PUT', url: vector.result.Ok })
      } else {
        expect((await failure(options)).message).toMatch(
          /^fromInstanceMetadata: AWS_EC2_METADATA_SERVICE_ENDPOINT(_MODE must be IPv4 or IPv6| must be a URL of http)/,
        )
        expect(fetch.requests).toEqual([])
      }
    })
  }

  test.each(['ftp://169.254.169.254', 'http://user:secret@169.254.169.254', 'javascript:1'])(
    '%s is refused before any request',
    async (endpoint) => {
      const fetch = instanceFetch()
      const error = await failure({ env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint }, fetch })
      expect(error.message).not.toContain('secret')
      expect(error.tryNextLink).toBe(false)
      expect(fetch.requests).toEqual([])
    },
  )

  test('keeps the path of its endpoint', async () => {
    const fetch = instanceFetch({ '/proxy/latest/api/token': () => new Response(null, { status: 404 }) })
    await failure({ endpoint: new URL('http://127.0.0.1:8080/proxy/'), fetch })
    expect(fetch.requests[0]?.url).toBe('http://127.0.0.1:8080/proxy/latest/api/token')
  })
})

describe('the credentials', () => {
  test('come by a token, the role’s name and the role’s path', async () => {
    useClock()
    const fetch = instanceFetch()
    expect(await fromInstanceMetadata({ env: {}, fetch })()).toStrictEqual({
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      secretAccessKey: SECRET_KEY,
      sessionToken: SESSION_TOKEN,
      expiration: new Date(START + 60 * MINUTE),
    })
    expect(asked(fetch)).toEqual([`PUT ${TOKEN_PATH}`, `GET ${ROLES}`, `GET ${CREDENTIALS_PATH}`])
    expect(fetch.requests.map(({ headers }) => Object.fromEntries(headers))).toEqual([
      { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' },
      { 'x-aws-ec2-metadata-token': 'session-token-1' },
      { 'x-aws-ec2-metadata-token': 'session-token-1' },
    ])
    expect(new Set(fetch.requests.map(({ redirect }) => redirect))).toEqual(new Set(['manual']))
  })

  test('of 10,000 callers are three requests', async () => {
    const fetch = instanceFetch()
    const provider = fromInstanceMetadata({ env: {}, fetch })
    await Promise.all(Array.from({ length: 10_000 }, () => provider()))
    expect(fetch.requests).toHaveLength(3)
  })

  test.each(['true', 'TRUE', '1'])(
    'are not asked for where AWS_EC2_METADATA_DISABLED is %s',
    async (value) => {
      const fetch = instanceFetch()
      expect(await failure({ env: { AWS_EC2_METADATA_DISABLED: value }, fetch })).toMatchObject({
        tryNextLink: true,
        message: 'fromInstanceMetadata: AWS_EC2_METADATA_DISABLED switches it off',
      })
      expect(fetch.requests).toEqual([])
    },
  )

  test.each(['false', 'False', ''])('are asked for where it is %j', async (value) => {
    const fetch = instanceFetch()
    await fromInstanceMetadata({ env: { AWS_EC2_METADATA_DISABLED: value }, fetch })()
    expect(fetch.requests).toHaveLength(3)
  })
})

describe('the session token', () => {
  const withTtl = (seconds: string) =>
    instanceFetch({
      [TOKEN_PATH]: () =>
        new Response('session-token', { headers: { 'x-aws-ec2-metadata-token-ttl-seconds': seconds } }),
    })
  const tokensAskedFor = (fetch: ReturnType<typeof instanceFetch>) =>
    asked(fetch).filter((each) => each === `PUT ${TOKEN_PATH}`).length

  test.each([
    ['21600', 21_600_000],
    ['100', 100_000],
    ['soon', 21_600_000],
  ])('is kept until it runs out, as the answer says: %s', async (seconds, ttl) => {
    useClock()
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const fetch = withTtl(seconds)
    const provider = fromInstanceMetadata({ env: {}, fetch })
    await provider()
    vi.setSystemTime(START + ttl - 1)
    await provider({ forceRefresh: true })
    expect(tokensAskedFor(fetch)).toBe(1)
    vi.setSystemTime(START + ttl + 1000)
    await provider({ forceRefresh: true })
    expect(tokensAskedFor(fetch)).toBe(2)
  })

  test.each([ROLES, CREDENTIALS_PATH])('that %s refuses with 401 is renewed once', async (path) => {
    let refusals = 0
    const fetch = metadataFetch((request) => {
      const { pathname } = new URL(request.url)
      if (pathname === TOKEN_PATH) return new Response(`token-${refusals}`)
      if (pathname === path && request.headers.get('x-aws-ec2-metadata-token') === 'token-0') {
        refusals += 1
        return new Response(null, { status: 401 })
      }
      return pathname === ROLES ? new Response('web-server') : Response.json(credentialsJson(START))
    })
    await fromInstanceMetadata({ env: {}, fetch })()
    expect(refusals).toBe(1)
    expect(tokensAskedFor(fetch)).toBe(2)
  })

  test('that is refused again and again ends in an error', async () => {
    const fetch = instanceFetch({ [ROLES]: () => new Response(null, { status: 401 }) })
    expect(await failure({ fetch })).toMatchObject({ tryNextLink: false })
    expect(asked(fetch)).toEqual([`PUT ${TOKEN_PATH}`, `GET ${ROLES}`, `PUT ${TOKEN_PATH}`, `GET ${ROLES}`])
  })

  test.each(['', 'two words', 'line\nbreak', '<html>é'])('that is none is refused: %j', async (text) => {
    const fetch = instanceFetch({ [TOKEN_PATH]: () => new Response(text) })
    expect((await failure({ fetch })).message).toBe('fromInstanceMetadata: The service gave no session token')
    expect(fetch.requests).toHaveLength(1)
  })

  test.each([400, 403, 404, 405, 500])('that is refused with %i never leads to version 1', async (status) => {
    const fetch = instanceFetch({ [TOKEN_PATH]: () => new Response(null, { status }) })
    await failure({ fetch })
    expect(asked(fetch)).toEqual([`PUT ${TOKEN_PATH}`])
  })
})

describe('what is not there, so that a chain goes on', () => {
  test('is an instance without a role', async () => {
    const fetch = instanceFetch({ [ROLES]: () => new Response('<html>404', { status: 404 }) })
    expect(await failure({ fetch })).toMatchObject({
      tryNextLink: true,
      message: 'fromInstanceMetadata: The instance has no role: attach one with an instance profile',
    })
    const empty = instanceFetch({ [ROLES]: () => new Response('\n') })
    expect(await failure({ fetch: empty })).toMatchObject({ tryNextLink: true })
  })

  test('is a service that is switched off', async () => {
    const fetch = instanceFetch({ [TOKEN_PATH]: () => new Response(null, { status: 403 }) })
    expect(await failure({ fetch })).toMatchObject({
      tryNextLink: true,
      message: 'fromInstanceMetadata: The instance metadata service is switched off for this instance',
    })
  })

  test('is an address where nobody answers, and the error says where it would', async () => {
    const fetch = metadataFetch(() => Promise.reject(new TypeError('fetch failed')))
    expect(await failure({ fetch })).toMatchObject({
      tryNextLink: true,
      message:
        'fromInstanceMetadata: No response from http://169.254.169.254: "fetch failed". This address answers only on EC2, not on a laptop and never in Cloudflare Workers',
    })
  })

  test('is an address where nobody answers in time, after one try', async () => {
    const fetch = metadataFetch(() => new Promise<never>(() => {}))
    const error = await failure({ fetch, timeout: 10 })
    expect(error).toMatchObject({ tryNextLink: true })
    expect(error.message).toContain('Gave up after 10 ms, waiting for a response from http://169.254.169.254')
    expect(fetch.requests).toHaveLength(1)
  })
})

describe('what is there and broken is an error', () => {
  test('a role that the service cannot assume', async () => {
    const told = { Code: 'AssumeRoleUnauthorizedAccess', Message: 'EC2 cannot assume the role web-server.' }
    const fetch = instanceFetch({ [CREDENTIALS_PATH]: () => Response.json(told) })
    const error = await failure({ fetch })
    expect(error).toMatchObject({
      tryNextLink: false,
      message:
        'fromInstanceMetadata: The service has no credentials for the role: AssumeRoleUnauthorizedAccess: "EC2 cannot assume the role web-server."',
    })
    expect(error.cause).toBeInstanceOf(ServiceError)
    expect(error.cause).toMatchObject({ code: 'AssumeRoleUnauthorizedAccess' })
  })

  test.each([
    ['an answer without a Code', () => Response.json(credentialsJson(START, { Code: undefined }))],
    ['an answer that is no JSON', () => new Response('<html>')],
    ['an error', () => new Response(null, { status: 500 })],
    ['credentials without an end', () => Response.json(credentialsJson(START, { Expiration: undefined }))],
  ])('%s', async (_, answer) => {
    const fetch = instanceFetch({ [CREDENTIALS_PATH]: answer })
    expect(await failure({ fetch })).toMatchObject({ tryNextLink: false })
  })

  test.each(['../../user-data', 'a/b', 'a?b', 'x'.repeat(65), '<html>'])('the role %j', async (role) => {
    const fetch = instanceFetch({ [ROLES]: () => new Response(role) })
    await failure({ fetch })
    expect(fetch.requests).toHaveLength(2)
  })
})

test('with the service down, 10,000 callers make one request in a step of the backoff', async () => {
  useClock()
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const fetch = metadataFetch(() => new Response(null, { status: 503 }))
  const provider = fromInstanceMetadata({ env: {}, fetch })
  for (const [index, step] of [1000, 2000].entries()) {
    await Promise.all(Array.from({ length: 10_000 }, () => rejectionOf(provider())))
    expect(fetch.requests).toHaveLength(index + 1)
    vi.setSystemTime(Date.now() + step)
  }
})
