import { afterEach, describe, expect, test, vi } from 'vitest'
import { fromEnv } from '../../src/credentials/index.ts'
import { CredentialsError, InputError } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import { SECRET_KEY, SESSION_TOKEN } from './support.ts'

const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: SECRET_KEY }

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('an environment that is given', () => {
  test('gives long-term keys, and nothing that it does not hold', async () => {
    expect(await fromEnv({ env: keys })()).toStrictEqual({
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: SECRET_KEY,
    })
  })

  test('gives temporary credentials with their end and their account', async () => {
    const env = {
      ...keys,
      AWS_SESSION_TOKEN: SESSION_TOKEN,
      AWS_CREDENTIAL_EXPIRATION: '2026-11-19T12:00:00Z',
      AWS_ACCOUNT_ID: '123456789012',
    }
    expect(await fromEnv({ env })()).toStrictEqual({
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: SECRET_KEY,
      sessionToken: SESSION_TOKEN,
      expiration: new Date('2026-11-19T12:00:00Z'),
      accountId: '123456789012',
    })
  })

  test('is a Worker’s, with bindings that are no strings', async () => {
    interface Env {
      readonly AWS_ACCESS_KEY_ID: string
      readonly AWS_SECRET_ACCESS_KEY: string
      readonly CACHE: { get(key: string): Promise<string> }
      readonly AWS_SESSION_TOKEN: null
    }
    const env: Env = { ...keys, CACHE: { get: async (key) => key }, AWS_SESSION_TOKEN: null }
    expect(await fromEnv({ env })()).not.toHaveProperty('sessionToken')
  })

  test('is read anew at each call', async () => {
    const env = { ...keys }
    const provider = fromEnv({ env })
    await provider()
    env.AWS_ACCESS_KEY_ID = 'AKIANEXT'
    expect(await provider()).toMatchObject({ accessKeyId: 'AKIANEXT' })
  })

  test.each([{}, { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, { AWS_SESSION_TOKEN: SESSION_TOKEN }])(
    'without either key is absent: %j',
    async (env) => {
      const error = await rejectionOf(fromEnv({ env })())
      expect(error).toBeInstanceOf(CredentialsError)
      expect(error).toMatchObject({
        tryNextLink: true,
        message: 'fromEnv: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set',
      })
    },
  )

  test.each([
    [
      { AWS_ACCESS_KEY_ID: 'AKIA' },
      'AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not: set both or neither',
    ],
    [
      { AWS_SECRET_ACCESS_KEY: SECRET_KEY, AWS_ACCESS_KEY_ID: '' },
      'AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not: set both or neither',
    ],
    [{ ...keys, AWS_ACCOUNT_ID: 123456789012 }, 'AWS_ACCOUNT_ID must be a string: its type is number'],
    [
      { ...keys, AWS_SECRET_ACCESS_KEY: { get: async () => SECRET_KEY } },
      'AWS_SECRET_ACCESS_KEY must be a string: its type is object (of a secrets store, give what its get() resolves to)',
    ],
    [
      { ...keys, AWS_CREDENTIAL_EXPIRATION: 'tomorrow' },
      'AWS_CREDENTIAL_EXPIRATION must be a date, such as 2026-11-19T12:00:00Z',
    ],
  ])('that is broken is an error and no absence: %j', async (env, message) => {
    const error = await rejectionOf(fromEnv({ env })())
    expect(error).toMatchObject({ tryNextLink: false, message: `fromEnv: ${message}` })
  })

  test.each([null, 'env', 7])('cannot be %j', (env) => {
    expect(() => Reflect.apply(fromEnv, undefined, [{ env }])).toThrow(
      new InputError('env', 'must be an object of variables'),
    )
  })

  test('comes as an option, and no other option is known', () => {
    expect(() => Reflect.apply(fromEnv, undefined, [{ profile: 'x' }])).toThrow('profile is not known here')
  })
})

describe('without one, the platform’s own', () => {
  test('of Node and Bun is read at each call', async () => {
    vi.stubGlobal('Deno', undefined)
    vi.stubGlobal('process', { env: keys })
    expect(await fromEnv()()).toMatchObject({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE' })
  })

  test('of Deno goes before its process', async () => {
    vi.stubGlobal('process', { env: {} })
    vi.stubGlobal('Deno', { env: { get: (name: string) => Reflect.get(keys, name) } })
    expect(await fromEnv()()).toMatchObject({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE' })
  })

  test('of Deno that may not be read names the flag, and is no absence', async () => {
    const get = () => {
      throw new Error('Requires env access')
    }
    vi.stubGlobal('Deno', { env: { get } })
    expect(await rejectionOf(fromEnv()())).toMatchObject({
      tryNextLink: false,
      message:
        'fromEnv: Deno does not let AWS_ACCESS_KEY_ID be read: run with --allow-env, or give the variables as `env`',
    })
  })

  test('that does not exist is an absence', async () => {
    vi.stubGlobal('Deno', undefined)
    vi.stubGlobal('process', undefined)
    expect(await rejectionOf(fromEnv()())).toMatchObject({
      tryNextLink: true,
      message: 'fromEnv: This runtime has no environment variables: give them as `env`',
    })
  })
})
