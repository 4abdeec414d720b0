// Who is let into the console, by a secret or by Cloudflare Access, and that no other site can use it.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fullPolicy } from './sample-policy.ts'
import { POLICY, SECRET } from './samples.ts'
import { formOf, openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())
beforeEach(() => stage.show())

describe('signing in', () => {
  test('a stranger sees the form, with a status that says that he is not signed in', async () => {
    const response = await stage.ask('/')
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Cookie realm="console"/)
    expect(await response.text()).toContain('name="secret"')
  })

  test('the secret opens a session of eight hours, which no script can read and no other site can use', async () => {
    const response = await stage.ask('/console/sign-in', formOf(stage.url, { secret: SECRET }))
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/')
    expect(response.headers.get('set-cookie')).toMatch(
      /^__Host-session=[\w.-]+; Max-Age=28800; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
    // No cache may give the cookie to somebody else.
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('x-request-id')).toBe('request-of-the-test')
    expect(await stage.audit()).toEqual([
      { verdict: 'granted', via: 'secret', identity: expect.stringMatching(/^[\da-f]{8}…$/) },
    ])
    const Cookie = await stage.signIn()
    const page = await stage.ask('/', { headers: { Cookie } })
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('Sign out')
    // It was told when the session was opened, and is not told again by each page.
    expect(await stage.audit()).toHaveLength(2)
  })

  test('another secret opens nothing, and the form says so', async () => {
    const response = await stage.ask('/console/sign-in', formOf(stage.url, { secret: 'another' }))
    expect(response.status).toBe(401)
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(await response.text()).toMatch(/role="alert"[^>]*>This is not a secret of the console/)
    expect(await stage.audit()).toMatchObject([{ verdict: 'denied', via: 'secret', code: 'invalid_secret' }])
  })

  test.each([
    ['an empty secret', 'secret='],
    ['no secret', ''],
    ['two secrets, of which one is right', `secret=${SECRET}&secret=${SECRET}`],
    ['the hash of the secret', `secret=${POLICY.console.secrets[0]?.sha256}`],
  ])('%s opens nothing', async (_, body) => {
    const headers = { Origin: stage.url, 'Content-Type': 'application/x-www-form-urlencoded' }
    const response = await stage.ask('/console/sign-in', { method: 'POST', headers, body })
    expect(response.status).toBe(401)
    expect(response.headers.get('set-cookie')).toBeNull()
  })

  test('a secret that has expired opens nothing', async () => {
    const [secret] = POLICY.console.secrets
    const expired = { ...secret, expires: new Date(Date.now() - 1000).toISOString() }
    await stage.show({ policy: { ...POLICY, console: { secrets: [expired] } } })
    const response = await stage.ask('/console/sign-in', formOf(stage.url, { secret: SECRET }))
    expect(response.status).toBe(401)
  })

  test('who tries too often is told to wait, and the secret is not looked at', async () => {
    await stage.show({ mayTry: false })
    const response = await stage.ask('/console/sign-in', formOf(stage.url, { secret: SECRET }))
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('60')
    expect(await response.text()).toContain('too many tries')
    expect(await stage.audit()).toEqual([])
  })

  test('a policy without a console lets nobody in, and its page says how to switch it on', async () => {
    await stage.show({ policy: { ...POLICY, console: {} } })
    expect(await (await stage.ask('/')).text()).toContain('The console is switched off')
    const response = await stage.ask('/console/sign-in', formOf(stage.url, { secret: SECRET }))
    expect(response.status).toBe(401)
  })

  test('signing out takes the cookie away', async () => {
    const response = await stage.ask('/console/sign-out', formOf(stage.url, {}))
    expect(response.status).toBe(303)
    expect(response.headers.get('set-cookie')).toMatch(
      /^__Host-session=; Max-Age=0; Path=\/; HttpOnly; Secure/,
    )
    expect(response.headers.get('cache-control')).toBe('no-store')
  })
})

describe('Cloudflare Access', () => {
  test('does not let in whose address only looks like one of the policy', async () => {
    const policy = { ...fullPolicy(), console: { emails: ['kim@example.com'] } }
    // U+212A, the sign of the kelvin, whose small letter is that of K.
    await stage.show({ policy, accessEmail: '\u212aim@example.com' })
    expect((await stage.ask('/')).status).toBe(401)
    await stage.show({ policy, accessEmail: 'KIM@example.com' })
    expect((await stage.ask('/')).status).toBe(200)
  })

  test('lets in whom the policy names, without a cookie, and the audit knows who looked', async () => {
    await stage.show({ policy: fullPolicy(), accessEmail: 'Ada@example.com' })
    const response = await stage.ask('/')
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('ada@example.com')
    expect(await stage.audit()).toEqual([{ verdict: 'granted', via: 'access', identity: 'ada@example.com' }])
  })

  test('lets in nobody else', async () => {
    await stage.show({ policy: fullPolicy(), accessEmail: 'grace@example.com' })
    const response = await stage.ask('/')
    expect(response.status).toBe(401)
    expect(await response.text()).toContain('the policy does not let you in')
    expect(await stage.audit()).toMatchObject([
      { verdict: 'denied', via: 'access', identity: 'grace@example.com', code: 'not_allowed' },
    ])
    expect((await stage.ask('/console/live')).status).toBe(401)
  })

  test('lets in nobody whose address only begins as one of the policy, and nobody without one', async () => {
    for (const accessEmail of ['ada@example.co', undefined]) {
      await stage.show({ policy: fullPolicy(), ...(accessEmail && { accessEmail }) })
      expect((await stage.ask('/')).status).toBe(401)
      expect((await stage.ask('/console/live')).status).toBe(401)
    }
  })

  test('tells the audit no more of who tries too often', async () => {
    await stage.show({ policy: fullPolicy(), accessEmail: 'grace@example.com', mayTry: false })
    expect((await stage.ask('/')).status).toBe(401)
    expect(await stage.audit()).toEqual([])
  })
})

describe('another site can do nothing in a visitor’s name', () => {
  test.each<[string, Record<string, string>]>([
    ['without an origin', {}],
    ['of another origin', { Origin: 'https://evil.example' }],
    ['of an origin that begins as this one', { Origin: 'http://localhost' }],
    ['of a document without an origin', { Origin: 'null' }],
  ])('a form %s is refused', async (_, headers) => {
    for (const path of ['/console/sign-in', '/console/sign-out']) {
      const init = { method: 'POST', body: new URLSearchParams({ secret: SECRET }), headers }
      const response = await stage.ask(path, init)
      expect(response.status).toBe(403)
      expect(response.headers.get('set-cookie')).toBeNull()
      expect(await response.json()).toMatchObject({ code: 'cross_origin' })
    }
  })

  test.each(['cross-site', 'same-site', 'none'])(
    'a form is refused that came %s, as the browser says',
    async (site) => {
      const init = formOf(stage.url, { secret: SECRET }, { 'Sec-Fetch-Site': site })
      expect((await stage.ask('/console/sign-in', init)).status).toBe(403)
      const own = formOf(stage.url, { secret: SECRET }, { 'Sec-Fetch-Site': 'same-origin' })
      expect((await stage.ask('/console/sign-in', own)).status).toBe(303)
    },
  )
})
