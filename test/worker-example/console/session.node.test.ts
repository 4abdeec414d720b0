// Sessions, held against whoever forges one: every cookie here but the first is refused.

import { base64url } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hashOf, POLICY, SECRET } from './samples.ts'
import { openStage, SEALING_KEY, type Stage } from './stage.ts'

const HOUR = 60 * 60
const OTHER_KEY = btoa('another key of 32 bytes'.padEnd(32, '.'))

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())
beforeEach(() => stage.show())

async function statusWith(Cookie: string): Promise<number> {
  return (await stage.ask('/console/live', { headers: { Cookie } })).status
}

/** As the console derives it. */
async function keyOf(sealingKey: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = Uint8Array.from(atob(sealingKey), (byte) => byte.charCodeAt(0))
  const key = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveBits'])
  const info = new TextEncoder().encode('aws-web-identity console session HS256 v1')
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256))
}

interface Forgery {
  readonly key?: Uint8Array<ArrayBuffer>
  readonly hash?: string
  readonly header?: object
  readonly claims?: object
}

/** A session as the console makes it, with what is given in place of its own. By hand, since jose signs no nonsense. */
async function forge({ key, hash = 'SHA-256', header, claims }: Forgery = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const payload = {
    secret: hashOf(SECRET).slice(0, 16),
    iss: 'aws-web-identity-console',
    aud: stage.url,
    iat: now,
    exp: now + HOUR,
    ...claims,
  }
  const parts = [{ alg: 'HS256', typ: 'console-session+jwt', ...header }, payload]
  const signed = parts.map((part) => base64url.encode(JSON.stringify(part))).join('.')
  const raw = key ?? (await keyOf(SEALING_KEY))
  const hmac = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash }, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', hmac, new TextEncoder().encode(signed))
  return `__Host-session=${signed}.${base64url.encode(new Uint8Array(signature))}`
}

test('a session is good, and one that is made as the console makes it', async () => {
  expect(await statusWith(await stage.signIn())).toBe(200)
  expect(await statusWith(await forge())).toBe(200)
  expect(await statusWith(`a=b; ${await forge()}; c=d`)).toBe(200)
  expect(await statusWith(`__Host-session2=x; ${await forge()}`)).toBe(200)
})

describe('a forged session is none', () => {
  const now = Math.floor(Date.now() / 1000)
  test.each<[string, () => Promise<Forgery>]>([
    ['signed by another key', async () => ({ key: await keyOf(OTHER_KEY) })],
    [
      'signed by the sealing key itself',
      async () => ({ key: Uint8Array.from(Buffer.from(SEALING_KEY, 'base64')) }),
    ],
    ['by another algorithm of the same key', async () => ({ header: { alg: 'HS512' }, hash: 'SHA-512' })],
    ['of another type', async () => ({ header: { typ: 'JWT' } })],
    ['with a critical member', async () => ({ header: { crit: ['x'], x: 1 } })],
    ['that is over', async () => ({ claims: { iat: now - 2 * HOUR, exp: now - 1 } })],
    ['without an end', async () => ({ claims: { exp: undefined } })],
    ['that is older than eight hours, whatever its end', async () => ({ claims: { iat: now - 9 * HOUR } })],
    ['without a beginning', async () => ({ claims: { iat: undefined } })],
    ['for another host', async () => ({ claims: { aud: 'https://other.example.com' } })],
    ['of another issuer', async () => ({ claims: { iss: 'aws-web-identity' } })],
    ['of a secret that never was', async () => ({ claims: { secret: '0'.repeat(16) } })],
    ['of a part of a secret’s name', async () => ({ claims: { secret: hashOf(SECRET).slice(0, 8) } })],
    ['of no secret', async () => ({ claims: { secret: undefined } })],
  ])('%s', async (_, forgery) => {
    expect(await statusWith(await forge(await forgery()))).toBe(401)
  })

  test('without a signature', async () => {
    const [, claims] = (await forge()).split('.')
    for (const alg of ['none', 'None', 'HS256']) {
      const header = base64url.encode(JSON.stringify({ alg, typ: 'console-session+jwt' }))
      expect(await statusWith(`__Host-session=${header}.${claims}.`)).toBe(401)
    }
  })

  test('with one character changed', async () => {
    const cookie = await forge()
    const at = cookie.indexOf('.') + 5
    const changed = cookie.slice(0, at) + (cookie[at] === 'A' ? 'B' : 'A') + cookie.slice(at + 1)
    expect(await statusWith(changed)).toBe(401)
  })

  test.each(['session', '__host-session', '__Host-session2', '__Secure-session', 'x__Host-session'])(
    'in a cookie of the name %s',
    async (name) => {
      expect(await statusWith((await forge()).replace('__Host-session', name))).toBe(401)
    },
  )

  test('that is no token at all', async () => {
    for (const value of ['', 'x', '..', 'a.b.c', '%00', 'x'.repeat(3000)]) {
      expect(await statusWith(`__Host-session=${value}`)).toBe(401)
    }
  })
})

describe('a session ends', () => {
  test('when its secret is taken out of the policy', async () => {
    const cookie = await stage.signIn()
    await stage.show({ policy: { ...POLICY, console: { secrets: [{ sha256: hashOf('another') }] } } })
    expect(await statusWith(cookie)).toBe(401)
    await stage.show({ policy: { ...POLICY, console: {} } })
    expect(await statusWith(cookie)).toBe(401)
    await stage.show()
    expect(await statusWith(cookie)).toBe(200)
  })

  test('when its secret expires', async () => {
    const cookie = await stage.signIn()
    const secret = { sha256: hashOf(SECRET), expires: new Date(Date.now() - 1).toISOString() }
    await stage.show({ policy: { ...POLICY, console: { secrets: [secret] } } })
    expect(await statusWith(cookie)).toBe(401)
  })

  test('after eight hours by the Worker’s clock', async () => {
    const cookie = await stage.signIn()
    await stage.show({ now: Date.now() + 8 * HOUR * 1000 - 5000 })
    expect(await statusWith(cookie)).toBe(200)
    await stage.show({ now: Date.now() + 8 * HOUR * 1000 + 2000 })
    expect(await statusWith(cookie)).toBe(401)
  })
})

test('a session outlives a new sealing key before the old one, and not the old one’s end', async () => {
  const cookie = await stage.signIn()
  await stage.show({ sealingKeys: [OTHER_KEY, SEALING_KEY] })
  expect(await statusWith(cookie)).toBe(200)
  const newer = await stage.signIn()
  await stage.show({ sealingKeys: [OTHER_KEY] })
  expect(await statusWith(cookie)).toBe(401)
  expect(await statusWith(newer)).toBe(200)
})
