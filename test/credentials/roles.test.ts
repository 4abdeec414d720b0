import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  type FromTemporaryCredentialsOptions,
  type FromWebTokenOptions,
  fromTemporaryCredentials,
  fromWebToken,
} from '../../src/credentials/index.ts'
import { CredentialsError, InputError, ServiceError } from '../../src/index.ts'
import { rejectionOf, TOKEN } from '../support/client.ts'
import { MINUTE, SECRET_KEY, SESSION_TOKEN, START, scriptedSts } from './support.ts'

const ROLE = 'arn:aws:iam::123456789012:role/deploy'

const denied = () =>
  new ServiceError({
    code: 'AccessDenied',
    message: 'Not authorized to perform sts:AssumeRole',
    statusCode: 403,
    requestId: undefined,
    fault: 'client',
    retryable: false,
    attempts: 1,
  })

const useClock = () => vi.useFakeTimers({ now: START, toFake: ['Date'] })

afterEach(() => {
  vi.useRealTimers()
})

async function failure(provider: () => Promise<unknown>): Promise<CredentialsError> {
  const error = await rejectionOf(provider())
  if (!(error instanceof CredentialsError)) throw error
  return error
}

describe('fromWebToken', () => {
  const given: FromWebTokenOptions = { roleArn: ROLE, webIdentityToken: TOKEN, env: {} }

  test('gives the credentials of the role, and whose account it is', async () => {
    useClock()
    const sts = scriptedSts()
    expect(await fromWebToken({ ...given, sts })()).toStrictEqual({
      accessKeyId: 'ASIA1',
      secretAccessKey: SECRET_KEY,
      sessionToken: SESSION_TOKEN,
      expiration: new Date(START + 60 * MINUTE),
      accountId: '123456789012',
    })
    expect(sts.inputs).toEqual([
      { roleArn: ROLE, webIdentityToken: TOKEN, roleSessionName: `aws-web-identity-${START}` },
    ])
  })

  test('passes on all that it is given', async () => {
    const sts = scriptedSts()
    const input = {
      roleArn: ROLE,
      roleSessionName: 'tuesday',
      durationSeconds: 900,
      policy: '{}',
      policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      providerId: 'www.amazon.com',
    }
    await fromWebToken({ ...input, webIdentityToken: TOKEN, env: {}, sts })()
    expect(sts.inputs).toEqual([{ ...input, webIdentityToken: TOKEN }])
  })

  test('asks a function for the token at each refresh', async () => {
    useClock()
    const sts = scriptedSts()
    const asked: number[] = []
    const webIdentityToken = async () => `${TOKEN}${asked.push(Date.now())}`
    const provider = fromWebToken({ ...given, webIdentityToken, sts })
    await provider()
    await provider()
    vi.setSystemTime(START + 56 * MINUTE)
    await provider()
    expect(sts.inputs).toMatchObject([{ webIdentityToken: `${TOKEN}1` }, { webIdentityToken: `${TOKEN}2` }])
  })

  test('goes by the variables that EKS sets, and reads the file at each refresh', async () => {
    useClock()
    const env = {
      AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/token',
      AWS_ROLE_ARN: ROLE,
      AWS_ROLE_SESSION_NAME: 'pod',
    }
    const sts = scriptedSts()
    const paths: string[] = []
    const readFile = async (path: string) => `${TOKEN}${paths.push(path)}\n`
    const provider = fromWebToken({ env, readFile, sts })
    await provider()
    vi.setSystemTime(START + 56 * MINUTE)
    await provider()
    expect(paths).toEqual(['/var/run/secrets/token', '/var/run/secrets/token'])
    expect(sts.inputs).toMatchObject([
      { roleArn: ROLE, roleSessionName: 'pod', webIdentityToken: `${TOKEN}1` },
      { roleArn: ROLE, roleSessionName: 'pod', webIdentityToken: `${TOKEN}2` },
    ])
  })

  test('prefers what is given to the environment', async () => {
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: '/a', AWS_ROLE_ARN: `${ROLE}2`, AWS_ROLE_SESSION_NAME: 'b' }
    const sts = scriptedSts()
    const readFile = async (path: string) => path
    const options = { roleArn: ROLE, webIdentityTokenFile: '/c', roleSessionName: 'd' }
    await fromWebToken({ ...options, env, readFile, sts })()
    expect(sts.inputs).toMatchObject([{ roleArn: ROLE, roleSessionName: 'd', webIdentityToken: '/c' }])
  })

  test('10,000 callers make one request', async () => {
    const sts = scriptedSts()
    const provider = fromWebToken({ ...given, sts })
    await Promise.all(Array.from({ length: 10_000 }, () => provider()))
    expect(sts.inputs).toHaveLength(1)
  })

  test('without a token anywhere is an absence', async () => {
    const sts = scriptedSts()
    for (const env of [{}, { AWS_ROLE_ARN: ROLE }, { AWS_WEB_IDENTITY_TOKEN_FILE: '' }]) {
      expect(await failure(fromWebToken({ env, sts }))).toMatchObject({
        tryNextLink: true,
        message: 'fromWebToken: AWS_WEB_IDENTITY_TOKEN_FILE is not set',
      })
    }
  })

  test.each<[string, FromWebTokenOptions, string]>([
    [
      'a token without a role',
      { env: { AWS_WEB_IDENTITY_TOKEN_FILE: '/token' } },
      'There is a token and no role: give `roleArn`, or set AWS_ROLE_ARN',
    ],
    [
      'a file that cannot be read',
      { ...given, webIdentityToken: undefined, webIdentityTokenFile: '/token' },
      'webIdentityTokenFile, "/token", cannot be read: Error',
    ],
    [
      'an empty file',
      {
        ...given,
        webIdentityToken: undefined,
        webIdentityTokenFile: '/token',
        readFile: async () => ' \n',
      },
      'The file of webIdentityTokenFile is empty',
    ],
    [
      'a function that fails',
      { ...given, webIdentityToken: () => Promise.reject(new Error(`no luck with ${TOKEN}`)) },
      'webIdentityToken failed: "no luck with [redacted]"',
    ],
    [
      'a function that gives no string',
      // What JavaScript lets a caller write, whatever the types say.
      { ...given, webIdentityToken: (() => ({})) as unknown as () => string },
      'webIdentityToken must give a string: it gave the type object',
    ],
  ])('%s is an error and no absence', async (_, options, message) => {
    const sts = scriptedSts()
    const readFile = () => Promise.reject(new Error(TOKEN))
    const error = await failure(fromWebToken({ readFile, ...options, sts }))
    expect(error).toMatchObject({ tryNextLink: false, message: `fromWebToken: ${message}` })
    expect(error.cause).toBeUndefined()
    expect(sts.inputs).toEqual([])
  })

  test('says what AWS refused, and keeps AWS’s error as the cause', async () => {
    const refusal = denied()
    const error = await failure(fromWebToken({ ...given, sts: scriptedSts(() => refusal) }))
    expect(error).toMatchObject({
      tryNextLink: false,
      message: `fromWebToken: AssumeRoleWithWebIdentity of ${ROLE} failed: ${refusal.message}`,
    })
    expect(error.cause).toBe(refusal)
  })

  test('needs a region where it makes its own client', async () => {
    expect((await failure(fromWebToken(given))).message).toBe(
      'fromWebToken: It needs a region: give `region`, or set AWS_REGION',
    )
  })
})

describe('fromTemporaryCredentials', () => {
  test('passes on all that it is given', async () => {
    const sts = scriptedSts()
    const input = {
      roleArn: ROLE,
      roleSessionName: 'tuesday',
      durationSeconds: 900,
      externalId: 'customer-42',
      policy: '{}',
      policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      tags: [{ key: 'team', value: 'web' }],
      transitiveTagKeys: ['team'],
      sourceIdentity: 'alice',
    }
    expect(await fromTemporaryCredentials({ ...input, sts })()).toMatchObject({ accountId: '123456789012' })
    expect(sts.inputs).toEqual([input])
  })

  test('names a session by the time of its refresh where it is given no name', async () => {
    useClock()
    const sts = scriptedSts()
    const provider = fromTemporaryCredentials({ roleArn: ROLE, sts })
    await provider()
    vi.setSystemTime(START + 56 * MINUTE)
    await provider()
    expect(sts.inputs).toMatchObject([
      { roleSessionName: `aws-web-identity-${START}` },
      { roleSessionName: `aws-web-identity-${START + 56 * MINUTE}` },
    ])
  })

  test('says what AWS refused: a role that is configured is no absence', async () => {
    const error = await failure(fromTemporaryCredentials({ roleArn: ROLE, sts: scriptedSts(denied) }))
    expect(error).toMatchObject({ tryNextLink: false })
    expect(error.message).toBe(
      `fromTemporaryCredentials: AssumeRole of ${ROLE} failed: Not authorized to perform sts:AssumeRole`,
    )
    expect(error.cause).toMatchObject({ code: 'AccessDenied' })
  })

  test('is no absence either where the other credentials are absent', async () => {
    const absent = () => new CredentialsError('there is nothing', { tryNextLink: true })
    const error = await failure(fromTemporaryCredentials({ roleArn: ROLE, sts: scriptedSts(absent) }))
    expect(error).toMatchObject({ tryNextLink: false })
  })

  test('keeps nothing of a foreign error that may hold a secret', async () => {
    const foreign = () => new Error(`it was ${SECRET_KEY}`, { cause: SESSION_TOKEN })
    const error = await failure(fromTemporaryCredentials({ roleArn: ROLE, sts: scriptedSts(foreign) }))
    expect(error.message).toBe(`fromTemporaryCredentials: AssumeRole of ${ROLE} failed: "it was [redacted]"`)
    expect(error.cause).toBeUndefined()
  })
})

describe('options that contradict each other or are none', () => {
  const sts = scriptedSts()
  test.each<[Partial<FromTemporaryCredentialsOptions>, string]>([
    [{ sts, region: 'eu-west-1' }, 'region cannot go with sts: the client has its own'],
    [{ sts, fetch }, 'fetch cannot go with sts: the client has its own'],
    [{ sts, endpoint: 'http://127.0.0.1' }, 'endpoint cannot go with sts: the client has its own'],
    [
      { sts, masterCredentials: async () => ({ accessKeyId: 'a', secretAccessKey: 'b' }) },
      'masterCredentials cannot go with sts: the client has its own',
    ],
    [{ roleArn: '' }, 'roleArn must not be empty'],
    [{ timeout: 0 }, 'timeout must be from 1 to'],
  ])('fromTemporaryCredentials refuses %j', (options, message) => {
    expect(() => fromTemporaryCredentials({ roleArn: ROLE, ...options })).toThrow(message)
    expect(() => fromTemporaryCredentials({ roleArn: ROLE, ...options })).toThrow(InputError)
  })

  test('a role is needed, and params are not known: its fields stand by themselves', () => {
    expect(() => Reflect.apply(fromTemporaryCredentials, undefined, [{}])).toThrow('roleArn is missing')
    const params = { params: { RoleArn: ROLE }, roleArn: ROLE }
    expect(() => Reflect.apply(fromTemporaryCredentials, undefined, [params])).toThrow(
      'params is not known here',
    )
  })

  test('fromWebToken refuses two tokens, and a client with a region', () => {
    expect(() => fromWebToken({ webIdentityToken: TOKEN, webIdentityTokenFile: '/token' })).toThrow(
      'webIdentityTokenFile cannot go with webIdentityToken',
    )
    expect(() => fromWebToken({ sts, region: 'eu-west-1' })).toThrow(
      'region cannot go with sts: the client has its own',
    )
  })
})
