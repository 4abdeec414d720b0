import { afterEach, describe, expect, test, vi } from 'vitest'
import { defaultProvider, fromChain, fromEnv } from '../../src/credentials/index.ts'
import { CredentialsError } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import { credentialsJson, instanceFetch, MINUTE, metadataFetch, SECRET_KEY } from './support.ts'

const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: SECRET_KEY }
const absent = fromEnv({ env: {} })
const given = fromEnv({ env: keys })

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('fromChain', () => {
  test('gives what the first gives that is there, and asks no further one', async () => {
    const last = vi.fn(given)
    expect(await fromChain(absent, given, last)()).toMatchObject({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE' })
    expect(last).not.toHaveBeenCalled()
  })

  test('ends at one that is there and broken, with its error as it is', async () => {
    const last = vi.fn(given)
    for (const broken of [new CredentialsError('broken'), new Error('foreign'), 'no error']) {
      expect(await rejectionOf(fromChain(absent, () => Promise.reject(broken), last)())).toBe(broken)
    }
    expect(last).not.toHaveBeenCalled()
  })

  test('goes on after an error of the AWS SDK that says so', async () => {
    const foreign = Object.assign(new Error('no profile'), { tryNextLink: true })
    expect(await fromChain(() => Promise.reject(foreign), given)()).toHaveProperty('accessKeyId')
    expect(await rejectionOf(fromChain(() => Promise.reject(foreign), absent)())).toMatchObject({
      name: 'CredentialsError',
      tryNextLink: true,
      message:
        'No AWS credentials were found:\n- "no profile"\n- fromEnv: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set',
    })
  })

  test('nests: one that found nothing is an absence for the next', async () => {
    expect(await fromChain(fromChain(absent, absent), given)()).toHaveProperty('accessKeyId')
  })

  test('passes forceRefresh on', async () => {
    const provider = vi.fn(given)
    await fromChain(provider)({ forceRefresh: true })
    expect(provider).toHaveBeenCalledWith({ forceRefresh: true })
  })

  test('leaves out what is undefined, as the AWS SDK’s types want it', async () => {
    const credentials = {
      accessKeyId: 'a',
      secretAccessKey: 'b',
      sessionToken: undefined,
      accountId: undefined,
    }
    expect(await fromChain(async () => credentials)()).toStrictEqual({
      accessKeyId: 'a',
      secretAccessKey: 'b',
    })
  })

  test('of nothing, or of no functions, is refused at once', () => {
    expect(() => fromChain()).toThrow('providers must hold at least one provider')
    expect(() => Reflect.apply(fromChain, undefined, [given, {}])).toThrow('providers[1] must be a function')
  })
})

describe('defaultProvider', () => {
  const container = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/credentials' }
  const webIdentity = {
    AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/deploy',
    AWS_REGION: 'eu-central-1',
  }
  /** Who is asked, by the first part of the address. */
  const hosts = (fetch: ReturnType<typeof metadataFetch>) =>
    fetch.requests.map(({ url }) => new URL(url).hostname)

  test('takes the environment before all else', async () => {
    const fetch = metadataFetch(() => new Response(null, { status: 500 }))
    const provider = defaultProvider({ env: { ...webIdentity, ...container, ...keys }, fetch })
    expect(await provider()).toMatchObject({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE' })
    expect(fetch.requests).toEqual([])
  })

  test('takes the container before the instance', async () => {
    const fetch = metadataFetch(() => Response.json(credentialsJson(Date.now() + 60 * MINUTE)))
    await defaultProvider({ env: container, fetch })()
    expect(hosts(fetch)).toEqual(['169.254.170.2'])
  })

  test('takes the instance where there is nothing else', async () => {
    const fetch = instanceFetch()
    await defaultProvider({ env: {}, fetch })()
    expect(new Set(hosts(fetch))).toEqual(new Set(['169.254.169.254']))
  })

  test('says of each source what was looked at, where there is none', async () => {
    const fetch = metadataFetch(() => Promise.reject(new TypeError('fetch failed')))
    const error = await rejectionOf(defaultProvider({ env: {}, fetch })())
    expect(error).toBeInstanceOf(CredentialsError)
    expect((error as Error).message.split('\n')).toEqual([
      'No AWS credentials were found:',
      '- fromEnv: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set',
      '- fromWebToken: AWS_WEB_IDENTITY_TOKEN_FILE is not set',
      '- fromContainerMetadata: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI are not set',
      '- fromInstanceMetadata: No response from http://169.254.169.254: "fetch failed". This address answers only on EC2, not on a laptop and never in Cloudflare Workers',
    ])
  })

  test.each<[string, object, RegExp]>([
    ['half of the keys', { AWS_ACCESS_KEY_ID: 'AKIA' }, /^fromEnv: AWS_ACCESS_KEY_ID is set and/],
    [
      'a token’s file that cannot be read',
      webIdentity,
      /^fromWebToken: AWS_WEB_IDENTITY_TOKEN_FILE, "\/token"/,
    ],
    [
      'an address that is not allowed',
      { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://example.com' },
      /^fromContainerMetadata: AWS_CONTAINER_CREDENTIALS_FULL_URI must be https/,
    ],
    ['a container that fails', container, /^fromContainerMetadata: .* answered with HTTP 500/],
  ])('does not pass over what is configured and broken: %s', async (_, env, message) => {
    const fetch = metadataFetch(() => new Response(null, { status: 500 }))
    const readFile = () => Promise.reject(new Error('EIO'))
    const error = await rejectionOf(defaultProvider({ env, fetch, readFile })())
    expect(error).toMatchObject({ tryNextLink: false, message: expect.stringMatching(message) })
    expect(hosts(fetch)).not.toContain('169.254.169.254')
  })

  test('in a runtime that has neither an environment nor files, looks for an instance and says all that', async () => {
    vi.stubGlobal('Deno', undefined)
    vi.stubGlobal('process', undefined)
    const fetch = metadataFetch(() => Promise.reject(new TypeError('no such host')))
    const error = await rejectionOf(defaultProvider({ fetch })())
    expect((error as Error).message).toContain(
      '- fromEnv: This runtime has no environment variables: give them as `env`',
    )
    expect(fetch.requests).toHaveLength(1)
  })

  test('10,000 callers without anything make one request', async () => {
    const fetch = metadataFetch(() => Promise.reject(new TypeError('fetch failed')))
    const provider = defaultProvider({ env: {}, fetch })
    vi.spyOn(Math, 'random').mockReturnValue(1)
    await Promise.all(Array.from({ length: 10_000 }, () => rejectionOf(provider())))
    expect(fetch.requests).toHaveLength(1)
    vi.restoreAllMocks()
  })
})
