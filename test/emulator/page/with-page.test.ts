import { describe, expect, test } from 'vitest'
import { createEmulator, type Emulator, withPage } from '../../../src/emulator/index.ts'
import { call, now } from '../sts-call.ts'

const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`

describe('at the root, for browsers', () => {
  test('it tells of issuers, keys, principals and requests', async () => {
    const emulator = withPage(createEmulator({ now: () => now, federationEnabled: false }))
    await call(emulator, { Action: 'GetCallerIdentity' })
    const page = await read(emulator)
    expect(page).toContain(emulator.issuer)
    expect(page).toContain('<code>RSA_0</code> RS256, signs')
    expect(page).toContain('arn:aws:iam::123456789012:user/developer')
    expect(page).toContain('AKIAIOSFODNN7EXAMPLE')
    expect(page).toContain('AdministratorAccess')
    expect(page).toContain('<span class="verdict denied">disabled</span>')
    expect(page).toMatch(/<time datetime="2026-09-11T18:35:48.279Z">18:35:48<\/time>/)
    expect(page).toContain('#request">GetCallerIdentity</a>')
    expect(page).toContain('No token was minted yet.')
  })

  test('it explains the latest token, or the request that was chosen', async () => {
    const emulator = withPage(createEmulator({ now: () => now }))
    await mint(emulator, { Audience: ['https://api.example.com'], DurationSeconds: '900' })
    await call(emulator, { Action: 'GetCallerIdentity' }, { credentials: wrong(emulator) })
    const latest = await read(emulator)
    expect(latest).toContain('It lives for 15 minutes, until <strong>2026-09-11 18:50:48 UTC</strong>')
    expect(latest).toContain('&#34;aud&#34;: &#34;https://api.example.com&#34;')

    const refused = emulator.requests[1]?.requestId
    const chosen = await read(emulator, `/?request=${refused}`)
    expect(chosen).toContain('<dd>HTTP 403 SignatureDoesNotMatch</dd>')
    expect(chosen).not.toContain('<h3>Token</h3>')
    expect(await read(emulator, '/?request=other')).toContain('not among the last hundred')
  })

  test('it names the keys that sign, and those that once did', async () => {
    const emulator = withPage(createEmulator())
    await emulator.rotateKeys()
    const page = await read(emulator)
    expect(page).toContain('<code>EC384_0</code> ES384, <span class="muted">verifies older tokens</span>')
    expect(page).toContain('<code>EC384_1</code> ES384, signs')
  })

  test('it shows the last hundred requests', async () => {
    const emulator = withPage(createEmulator())
    for (let count = 0; count < 101; count++) await emulator.fetch(`${emulator.endpoint}/?Action=No${count}.`)
    const page = await read(emulator)
    expect(page).toContain('>No1.<')
    expect(page).not.toContain('>No0.<')
    expect(page.indexOf('>No100.<')).toBeLessThan(page.indexOf('>No1.<'))
  })

  test('no text of a client becomes markup', async () => {
    const statement = { Effect: 'Allow', Action: '*', Resource: '*' } as const
    const principal = {
      arn: 'arn:aws:iam::123456789012:user/a&b/developer',
      accessKeyId: 'AKIAAPP',
      secretAccessKey: 'x',
      tags: { [hostile]: hostile },
      policies: { [hostile]: { Statement: [statement] } },
    }
    const emulator = withPage(createEmulator({ now: () => now, principals: [principal] }))
    await emulator.fetch(
      `${emulator.endpoint}/?Action=${encodeURIComponent(hostile)}&${encodeURIComponent(hostile)}=1`,
    )
    await mint(emulator, {
      Audience: [hostile.replaceAll(' ', '')],
      Tags: [{ Key: 'a', Value: 'b' }],
    })
    for (const { requestId } of emulator.requests) {
      const page = await read(emulator, `/?request=${requestId}`)
      expect(page).not.toContain('<img')
      expect(page.match(/<script/g)).toHaveLength(1)
      expect(page).toContain('&#60;script&#62;alert(1)')
    }
    const echoed = await read(emulator, `/?request=${encodeURIComponent(hostile)}`)
    expect(echoed).not.toContain('<img')
  })

  test('no secret, no signature and no token is on it', async () => {
    const emulator = withPage(createEmulator({ now: () => now }))
    const { secretAccessKey } = emulator.credentials
    const minted = await mint(emulator, { Audience: ['https://api.example.com'] })
    const token = minted.text('WebIdentityToken') ?? ''
    expect(token).toMatch(/^ey/)
    await emulator.fetch(
      `${emulator.endpoint}/?Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::123456789012:role/x&RoleSessionName=abc&WebIdentityToken=${token}`,
    )
    for (const { requestId } of emulator.requests) {
      const page = await read(emulator, `/?request=${requestId}`)
      for (const secret of [secretAccessKey, ...token.split('.')]) expect(page).not.toContain(secret)
    }
  })

  test('its policy lets nothing run but its own script and style', async () => {
    const emulator = withPage(createEmulator())
    const { headers } = await emulator.fetch(`${emulator.endpoint}/`, browser)
    const policy = headers.get('content-security-policy') ?? ''
    const page = await read(emulator)
    for (const name of ['script', 'style']) {
      const [, content = ''] = new RegExp(`<${name}>([^]*?)</${name}>`).exec(page) ?? []
      const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(content))
      const text = btoa(String.fromCharCode(...new Uint8Array(hash)))
      expect(policy).toContain(`${name}-src 'sha256-${text}';`)
    }
    expect(policy).toContain("default-src 'none'; ")
    // The default does not stand for these.
    for (const name of ['base-uri', 'form-action', 'frame-ancestors']) {
      expect(policy).toContain(`; ${name} 'none'`)
    }
    expect(policy).not.toContain('unsafe')
  })

  test.each(['/', '/_emulator/page.json'])('%s is kept by nobody and read by no other site', async (path) => {
    const emulator = withPage(createEmulator())
    const { headers } = await emulator.fetch(emulator.endpoint + path, browser)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  test('no link tells another site where it led from', async () => {
    const { endpoint, fetch } = withPage(createEmulator())
    expect((await fetch(`${endpoint}/`, browser)).headers.get('referrer-policy')).toBe('no-referrer')
  })
})

describe('anything else stays with AWS', () => {
  test.each<[string, string, RequestInit]>([
    ['a GET of another kind', '/', {}],
    ['a GET with an action', '/?Action=GetCallerIdentity', { headers: { accept: 'text/html' } }],
    ['a POST', '/', { method: 'POST', headers: { accept: 'text/html' } }],
    ['another path', '/other', { headers: { accept: 'text/html' } }],
  ])('%s', async (_, path, init) => {
    const emulator = createEmulator()
    const plain = await emulator.fetch(`${emulator.endpoint}${path}`, init)
    const withIt = await withPage(emulator).fetch(`${emulator.endpoint}${path}`, init)
    const text = await withIt.text()
    expect(text.replace(/<RequestId>.*?</, '')).toBe((await plain.text()).replace(/<RequestId>.*?</, ''))
    expect(text).not.toContain('<!doctype html>')
  })

  test('and the emulator is the same', async () => {
    const emulator = createEmulator()
    const withIt = withPage(emulator)
    withIt.servedAt('http://127.0.0.1:4566')
    await withIt.fetch('http://127.0.0.1:4566/?Action=No')
    expect(withIt.issuer).toBe(emulator.issuer)
    expect(withIt.requests).toEqual(emulator.requests)
    expect(withIt.endpoint).toBe('http://127.0.0.1:4566')
  })
})

describe('a site that makes its own name lead here sees nothing:', () => {
  const hosts = ['emulator.internal']

  test.each([
    ['evil.example', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['evil-localhost', 403],
    ['127.0.0.1', 200],
    ['localhost', 200],
    ['sub.localhost', 200],
    ['[::1]', 200],
    ['192.168.1.5', 200],
    ['emulator.internal', 200],
  ])('%s is answered by %d', async (host, status) => {
    const emulator = withPage(createEmulator(), { hosts })
    emulator.servedAt('http://127.0.0.1:4566')
    for (const path of ['/', '/_emulator/page.json']) {
      expect((await emulator.fetch(`http://${host}:4566${path}`, browser)).status).toBe(status)
    }
  })
})

test('the page’s script hears of something new by another version', async () => {
  const emulator = withPage(createEmulator())
  const version = async () => (await emulator.fetch(`${emulator.endpoint}/_emulator/page.json`)).json()
  const first = await version()
  expect(await version()).toEqual(first)
  expect(await read(emulator)).toContain(`data-version="${(first as { version: string }).version}"`)
  await emulator.fetch(`${emulator.endpoint}/?Action=No`)
  const second = await version()
  expect(second).not.toEqual(first)
  await emulator.rotateKeys()
  expect(await version()).not.toEqual(second)
})

const browser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } }

async function read(emulator: Emulator, path = '/'): Promise<string> {
  const response = await emulator.fetch(emulator.endpoint + path, browser)
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  return response.text()
}

function mint(emulator: Emulator, parameters: object) {
  return call(emulator, { Action: 'GetWebIdentityToken', SigningAlgorithm: 'ES384', ...parameters })
}

function wrong({ credentials }: Emulator) {
  return { ...credentials, secretAccessKey: 'wrong' }
}
