// The console's routes in real workerd: what each answer carries, and what is refused.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fullPolicy } from './sample-policy.ts'
import { fullSnapshot, grant, HOSTILE, hostileSnapshot, SECRET } from './samples.ts'
import { formOf, openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())
beforeEach(() => stage.show())

describe('what is not asked as it must be', () => {
  test.each([
    ['PUT', '/console/sign-in', 'GET, HEAD, POST'],
    ['GET', '/console/sign-out', 'POST'],
    ['HEAD', '/console/sign-out', 'POST'],
    ['POST', '/', 'GET, HEAD'],
    ['DELETE', '/console/live', 'GET, HEAD'],
    ['OPTIONS', '/console/keys', 'GET, HEAD'],
  ])('%s %s is not allowed', async (method, path, allow) => {
    const response = await stage.ask(path, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allow)
  })

  test.each(['/console/', '/console/live/', '/console/Live', '/console/page.js.map', '/console/__proto__'])(
    '%s is no page of the console',
    async (path) => {
      expect((await stage.ask(path)).status).toBe(404)
    },
  )

  test.each(['application/json', 'multipart/form-data; boundary=x', 'text/plain', undefined])(
    'a form as %s is refused',
    async (type) => {
      const headers = { Origin: stage.url, ...(type && { 'Content-Type': type }) }
      const body = new TextEncoder().encode(`secret=${SECRET}`)
      const response = await stage.ask('/console/sign-in', { method: 'POST', headers, body })
      expect(response.status).toBe(415)
    },
  )

  test('a form that is too large is refused, whether or not it says how large it is', async () => {
    const longest = 'x'.repeat(4096 - 'secret='.length)
    expect((await stage.ask('/console/sign-in', formOf(stage.url, { secret: longest }))).status).toBe(401)
    const secret = `${longest}x`
    expect((await stage.ask('/console/sign-in', formOf(stage.url, { secret }))).status).toBe(413)
    const headers = { Origin: stage.url, 'Content-Type': 'application/x-www-form-urlencoded' }
    const body = new Blob([`secret=${secret}`]).stream()
    const chunked = { method: 'POST', headers, body, duplex: 'half' }
    expect((await stage.ask('/console/sign-in', chunked)).status).toBe(413)
  })
})

// As one does who presses Enter in the address bar after a wrong secret.
test.each(['GET', 'HEAD'])('%s of where the form is sent to leads to the form', async (method) => {
  const response = await stage.ask('/console/sign-in', { method })
  expect(response.status).toBe(303)
  expect(response.headers.get('location')).toBe('/')
  expect(response.headers.get('set-cookie')).toBeNull()
  expect(response.headers.get('x-request-id')).toBe('request-of-the-test')
})

describe('what is only for those who are signed in', () => {
  test.each(['/console/live', '/console/keys'])('%s is a problem for a stranger', async (path) => {
    const response = await stage.ask(path)
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('www-authenticate')).toMatch(/^Cookie realm="console"/)
    expect(await response.json()).toMatchObject({ code: 'signed_out', requestId: 'request-of-the-test' })
  })

  test('the keys are given as they are published', async () => {
    const issuerKeys = [{ issuer: 'https://issuer.example', jwks: { keys: [{ kid: 'a' }] } }]
    await stage.show({ issuerKeys })
    const response = await stage.ask('/console/keys', { headers: { Cookie: await stage.signIn() } })
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({ issuers: issuerKeys })
    await stage.show({ issuerKeys: 'fails' })
    const failed = await stage.ask('/console/keys', { headers: { Cookie: await stage.signIn() } })
    expect(failed.status).toBe(503)
  })

  test('a hundred decisions are shown, and all that are kept where more are wanted', async () => {
    const snapshot = fullSnapshot(Date.now(), 1200)
    await stage.show({ snapshot })
    const headers = { Cookie: await stage.signIn() }
    const rowsOf = async (path: string) =>
      (await (await stage.ask(path, { headers })).text()).match(/data-key="%228f0c6a1e/g)?.length
    expect(await rowsOf('/')).toBe(100)
    expect(await rowsOf('/console/live')).toBe(100)
    expect(await rowsOf('/?decisions=all')).toBe(1200)
    expect(await rowsOf('/console/live?decisions=all')).toBe(1200)
    expect(await (await stage.ask('/', { headers })).text()).toContain('Show 1100 older')
  })

  test('the page says what is not known where the record does not answer, and shows the policy all the same', async () => {
    await stage.show({ snapshot: 'fails', policy: fullPolicy() })
    const headers = { Cookie: await stage.signIn() }
    const page = await stage.ask('/', { headers })
    expect(page.status).toBe(503)
    const text = await page.text()
    expect(text).toContain('Not known now')
    expect(text).toContain('batch@nightly')
    expect((await stage.ask('/console/live', { headers })).status).toBe(503)
  })
})

describe('what an answer carries', () => {
  test('a page may run nothing but its own scripts, and be framed, kept or leaked by nobody', async () => {
    const { headers } = await stage.ask('/')
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    )
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'x-request-id': 'request-of-the-test',
    })
    expect(headers.get('permissions-policy')).toBe(
      'camera=(), clipboard-read=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
    )
  })

  test.each([
    ['/console/page.js', 'text/javascript; charset=utf-8'],
    ['/console/verify.js', 'text/javascript; charset=utf-8'],
    ['/console/style.css', 'text/css; charset=utf-8'],
  ])('%s needs no session, and is not sent twice', async (path, type) => {
    const response = await stage.ask(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe(type)
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin')
    const tag = response.headers.get('etag') ?? ''
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`]) {
      const again = await stage.ask(path, { headers: { 'If-None-Match': known } })
      expect([again.status, await again.text()]).toEqual([304, ''])
    }
    expect((await stage.ask(path, { headers: { 'If-None-Match': '"other"' } })).status).toBe(200)
  })

  test('HEAD is answered as GET is, without the body', async () => {
    const headers = { Cookie: await stage.signIn() }
    for (const path of ['/', '/console/live', '/console/page.js']) {
      const response = await stage.ask(path, { method: 'HEAD', headers })
      expect([response.status, await response.text()]).toEqual([200, ''])
    }
  })

  test('no text of a caller becomes markup', async () => {
    await stage.show({ snapshot: hostileSnapshot(), policy: fullPolicy() })
    const response = await stage.ask('/', { headers: { Cookie: await stage.signIn() } })
    const text = await response.text()
    expect(HOSTILE).toMatch(/<script>.*<img.*" onmouseover.*\u202E.*\u200B/)
    expect(/<script>|<img|" onmouseover/.exec(text)).toBeNull()
    // The value of an option must be the audience to the letter; nobody sees it.
    const seen = text.replaceAll(/<option value="[^"]*"/g, '')
    expect(/[\u202E\u200B\0]/.exec(seen)).toBeNull()
    expect(seen.match(/U\+202E/g)?.length).toBeGreaterThan(10)
  })

  test('of the policy’s secrets the beginning of a hash is shown, and nothing more', async () => {
    const policy = fullPolicy()
    await stage.show({ policy, snapshot: { ...fullSnapshot(), decisions: [grant(0)] } })
    const text = await (await stage.ask('/', { headers: { Cookie: await stage.signIn() } })).text()
    const hashes = policy.callers.flatMap(({ secrets = [] }) => secrets.map(({ sha256 }) => sha256))
    expect(hashes).toHaveLength(3)
    for (const hash of hashes) {
      expect(text).toContain(hash.slice(0, 8))
      expect(text).not.toContain(hash.slice(0, 9))
    }
    expect(text).toContain('a secret expires soon')
    expect(text).toContain('a secret has expired')
  })
})
