import {
  createLocalJWKSet,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  jwtVerify,
} from 'jose'
import { describe, expect, test } from 'vitest'
import { createEmulator, type Emulator, type EmulatorSigningKey } from '../../../src/emulator/index.ts'
import { call, now } from '../sts-call.ts'

async function mint(emulator: Emulator, SigningAlgorithm = 'ES384'): Promise<string> {
  const answer = await call(emulator, { Action: 'GetWebIdentityToken', Audience: ['a'], SigningAlgorithm })
  return answer.text('WebIdentityToken') ?? answer.xml
}

async function jwks(emulator: Emulator): Promise<JSONWebKeySet> {
  return (await emulator.fetch(`${emulator.issuer}/.well-known/jwks.json`)).json()
}

async function kids(emulator: Emulator) {
  return (await jwks(emulator)).keys.map(({ kid }) => kid)
}

const accountId = '123456789012'
const clock = { now: () => now }

describe('rotation', () => {
  test('signs with new keys and goes on publishing the old ones', async () => {
    const emulator = createEmulator(clock)
    const before = [await mint(emulator), await mint(emulator, 'RS256')]
    await emulator.rotateKeys()
    const after = [await mint(emulator), await mint(emulator, 'RS256')]
    expect([...before, ...after].map((token) => decodeProtectedHeader(token).kid)).toEqual([
      'EC384_0',
      'RSA_0',
      'EC384_1',
      'RSA_1',
    ])
    expect(await kids(emulator)).toEqual(['RSA_0', 'RSA_1', 'EC384_0', 'EC384_1'])
    const keys = createLocalJWKSet(await jwks(emulator))
    for (const token of [...before, ...after]) {
      await jwtVerify(token, keys, { currentDate: new Date(now), algorithms: ['ES384', 'RS256'] })
    }
  })

  test('leaves other accounts alone', async () => {
    const emulator = createEmulator({ ...clock, accounts: [{ accountId: '222222222222' }] })
    await emulator.rotateKeys('222222222222')
    expect(await kids(emulator)).toEqual(['RSA_0', 'EC384_0'])
    await expect(emulator.rotateKeys('333333333333')).rejects.toThrow(
      'accountId must be an account of the emulator',
    )
  })
})

describe('a seed', () => {
  test('gives the same issuer and keys each time, also after a rotation', async () => {
    const published = async (seed: string) => {
      const emulator = createEmulator({ ...clock, seed })
      await emulator.rotateKeys()
      return [emulator.issuer, await jwks(emulator)]
    }
    const [first, second, other] = [await published('a'), await published('a'), await published('b')]
    expect(second).toEqual(first)
    expect(other?.[0]).not.toBe(first[0])
    const moduli = (set: unknown) => (set as JSONWebKeySet).keys.map(({ n, x }) => n ?? x)
    expect(new Set([...moduli(first[1]), ...moduli(other?.[1])]).size).toBe(8)
  }, 60_000)

  test('gives keys that verify', async () => {
    const emulator = createEmulator({ ...clock, seed: 'a' })
    const keys = createLocalJWKSet(await jwks(emulator))
    for (const algorithm of ['RS256', 'ES384']) {
      await jwtVerify(await mint(emulator, algorithm), keys, {
        currentDate: new Date(now),
        algorithms: [algorithm],
      })
    }
    expect((await jwks(emulator)).keys[0]?.n).toMatch(/^[A-Za-z0-9_-]{342}$/)
  }, 60_000)

  test('gives each account its own', async () => {
    const emulator = createEmulator({ ...clock, seed: 'a', accounts: [{ accountId: '222222222222' }] })
    expect(emulator.issuerOf('222222222222')).not.toBe(emulator.issuer)
  })
})

async function given(alg: 'RS256' | 'ES384', kid: string): Promise<EmulatorSigningKey> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  return { ...(await exportJWK(privateKey)), alg, kid }
}

function members(names: string[], length: number) {
  return Object.fromEntries(names.map((name) => [name, 'A'.repeat(length)]))
}

describe('keys that are given', () => {
  test('are published, and the last of each algorithm signs', async () => {
    const keys = [await given('ES384', 'one'), await given('ES384', 'two'), await given('RS256', 'RSA_7')]
    const emulator = createEmulator({
      ...clock,
      accounts: [{ accountId, keys, issuerId: 'f7c85005-e6a4-4358-a8ff-a0819ad17ec5' }],
    })
    expect(emulator.issuer).toBe('https://f7c85005-e6a4-4358-a8ff-a0819ad17ec5.tokens.sts.global.api.aws')
    expect(decodeProtectedHeader(await mint(emulator)).kid).toBe('two')
    const published = await jwks(emulator)
    expect(published.keys.map(({ kid }) => kid)).toEqual(['RSA_7', 'one', 'two'])
    expect(JSON.stringify(published)).not.toContain('"d"')
  })

  test('never share a name with those that a rotation makes', async () => {
    const keys = [
      await given('RS256', 'RSA_1'),
      await given('ES384', 'EC384_0'),
      await given('ES384', 'RSA_2'),
    ]
    const emulator = createEmulator({ ...clock, accounts: [{ accountId, keys }] })
    await emulator.rotateKeys()
    expect(await kids(emulator)).toEqual(['RSA_1', 'RSA_3', 'EC384_0', 'RSA_2', 'EC384_1'])
  })

  test('are the emulator’s own copy, and so is a state that it gave', async () => {
    const keys = [await given('ES384', 'one')]
    const emulator = createEmulator({ ...clock, accounts: [{ accountId, keys }] })
    Object.assign(keys[0] ?? {}, { kid: 'changed', d: 'changed' })
    expect(decodeProtectedHeader(await mint(emulator)).kid).toBe('one')
    Object.assign((await emulator.exportState()).accounts[0]?.keys.at(-1) ?? {}, { d: 'changed' })
    expect(JSON.stringify(await emulator.exportState())).not.toContain('changed')
  })

  test('of numbers that don’t belong together are named when they shall sign', async () => {
    const [one, other] = [await given('ES384', 'one'), await given('ES384', 'other')]
    const keys = [{ ...one, d: other.d ?? '' }]
    const emulator = createEmulator({ ...clock, accounts: [{ accountId, keys }] })
    await expect(mint(emulator)).rejects.toThrow('keys must be keys that sign: one is no ES384 key')
  })

  const ec = { kid: 'a', alg: 'ES384', kty: 'EC', crv: 'P-384', ...members(['x', 'y', 'd'], 64) }
  const rsa = {
    ...{ kid: 'a', alg: 'RS256', kty: 'RSA', n: 'A'.repeat(342) },
    ...members(['e', 'd', 'p', 'q', 'dp', 'dq', 'qi'], 4),
  }

  test.each<[unknown, string]>([
    ['x', ' must be a private JWK'],
    [{ ...ec, d: undefined }, '.d must be a string'],
    [{ ...ec, alg: 'ES256' }, '.alg must be RS256 or ES384'],
    [{ ...ec, alg: 'RS256' }, '.kty must be RSA'],
    [{ ...ec, crv: 'P-256' }, '.crv must be P-384'],
    [{ ...ec, x: 'A'.repeat(43) }, '.x must be 48 bytes in base64url'],
    [{ ...ec, key_ops: ['verify'] }, '.key_ops must hold sign'],
    [{ ...rsa, alg: 'ES384' }, '.kty must be EC'],
    [{ ...rsa, n: 'A'.repeat(171) }, '.n must be a modulus of at least 2048 bits'],
    [{ ...rsa, qi: '*' }, '.qi must be a number in base64url'],
  ])('are refused at once where they can’t sign: %j', (key, message) => {
    const accounts = [{ accountId, keys: [key as EmulatorSigningKey] }]
    expect(() => createEmulator({ accounts })).toThrow(`accounts[0].keys[0]${message}`)
  })

  test('belong to an issuer that has an address', () => {
    const accounts = [{ accountId, issuerId: 'x' }]
    expect(() => createEmulator({ accounts })).toThrow('accounts[0].issuerId must be a UUID in lower case')
  })
})

test('an RSA key is published with or without its alg, as real ones were seen', async () => {
  const rsa = async (rsaKeyHasAlg?: boolean) => {
    const emulator = createEmulator({ ...clock, accounts: [{ accountId, rsaKeyHasAlg }] })
    return Object.keys((await jwks(emulator)).keys[0] ?? {})
  }
  expect(await rsa()).toEqual(['e', 'kid', 'kty', 'n', 'use'])
  expect(await rsa(true)).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
})

describe('a state', () => {
  test('goes on with issuers, keys, sessions and the switch', async () => {
    const changes: number[] = []
    const role = 'arn:aws:iam::123456789012:role/r'
    const principals = [
      { arn: 'arn:aws:iam::123456789012:user/a', accessKeyId: 'AKIA', secretAccessKey: 's' },
      { arn: role },
    ]
    const emulator = createEmulator({ ...clock, principals, onStateChange: () => changes.push(1) })
    const session = await call(emulator, { Action: 'AssumeRole', RoleArn: role, RoleSessionName: 'session' })
    const token = await mint(emulator)
    expect(changes.length).toBe(1)
    await emulator.rotateKeys()
    expect(changes.length).toBe(4)
    const disable = { Action: 'DisableOutboundWebIdentityFederation', Version: '2010-05-08' }
    await call(emulator, disable, { service: 'iam', url: 'https://iam.amazonaws.com/' })
    expect(changes.length).toBe(5)

    const state = JSON.parse(JSON.stringify(await emulator.exportState()))
    const next = createEmulator({ now: () => now + 60_000, principals, state })
    expect(next.issuer).toBe(emulator.issuer)
    expect(await jwks(next)).toEqual(await jwks(emulator))
    await jwtVerify(token, createLocalJWKSet(await jwks(next)), { currentDate: new Date(now) })
    const credentials = {
      accessKeyId: session.text('AccessKeyId') ?? '',
      secretAccessKey: session.text('SecretAccessKey') ?? '',
      sessionToken: session.text('SessionToken') ?? '',
    }
    expect((await call(next, { Action: 'GetCallerIdentity' }, { credentials })).status).toBe(200)
    expect(await mint(next)).toContain('OutboundWebIdentityFederationDisabledException')
  })

  test.each<[unknown, string]>([
    [{}, 'state.version is missing'],
    [{ version: 2, sessionKey: '', accounts: [] }, 'state.version must be 1'],
    [{ version: 1, sessionKey: 'short', accounts: [] }, 'state.sessionKey must be 32 bytes in base64'],
  ])('that is none is refused: %j', (state, message) => {
    expect(() => createEmulator({ state: state as never })).toThrow(message)
  })
})
