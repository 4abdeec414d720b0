// The console's verify tool in a browser, with tokens that the emulator minted: what is good, what is refused and why, and
// that no request carries the token.

import { StsClient } from 'aws-web-identity'
import { createEmulator, type Emulator } from 'aws-web-identity/emulator'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fullPolicy } from '../../worker-example/console/sample-policy.ts'
import { HOSTILE, POLICY } from '../../worker-example/console/samples.ts'
import { openStage, type Stage } from '../../worker-example/console/stage.ts'
import { enter, launch } from './console-browser.ts'

const AUDIENCE = 'https://api.example.com'
const ROLE = 'arn:aws:iam::123456789012:user/developer'

let browser: Browser
let stage: Stage
let emulator: Emulator
beforeAll(async () => {
  browser = await launch()
  stage = await openStage()
})
afterAll(async () => {
  await browser?.close()
  await stage?.close()
})
beforeEach(async () => {
  emulator = createEmulator()
  await stage.show({ issuerKeys: await issuerKeys() })
})

async function issuerKeys() {
  const response = await emulator.fetch(`${emulator.issuer}/.well-known/jwks.json`)
  return [{ issuer: emulator.issuer, jwks: await response.json() }]
}

async function mint(audience = AUDIENCE, tags = [{ key: 'team', value: 'web' }]): Promise<string> {
  const { credentials, fetch } = emulator
  const sts = new StsClient({ region: 'eu-central-1', credentials, fetch, validateInput: false })
  const { webIdentityToken } = await sts.getWebIdentityToken({
    audience: [audience],
    signingAlgorithm: 'ES384',
    tags,
  })
  return webIdentityToken
}

/** What the verdict says in the end. */
async function verdictOf(page: Page, token: string): Promise<string> {
  await page.getByLabel('Token', { exact: true }).fill(token)
  return verdict(page)
}

async function verdict(page: Page): Promise<string> {
  const shown = page.locator('#verdict[data-tone]:not([data-tone=plain])')
  await shown.waitFor()
  return shown.innerText()
}

test('a good token is told to be good, for whom, of whom and until when, with all that it says', async () => {
  const { page, complaints } = await enter(browser, stage.url)
  const text = await verdictOf(page, await mint())
  expect(text).toMatch(/^Good\./)
  expect(text).toContain(`AWS signed it for ${AUDIENCE}.`)
  expect(text).toContain(`It speaks for ${ROLE}.`)
  expect(text).toMatch(/It ends in (4 min|5 min), at \d{4}-/)
  const decoded = await page.locator('#decoded').innerText()
  expect(decoded).toContain('ES384')
  expect(decoded).toContain(emulator.issuer)
  expect(decoded).toMatch(/request_tags\s+team\s+web/)
  expect(decoded).toMatch(/exp\s+\d+, \d{4}-\d\d-\d\dT[\d:.]+Z, in [45] min/)
  expect(complaints).toEqual([])
})

test('the token is in no request: neither in an address nor in a body', async () => {
  const { page, requests } = await enter(browser, stage.url)
  const token = await mint()
  await verdictOf(page, token)
  await page.getByRole('button', { name: 'Verify' }).click()
  await page.getByLabel('Token', { exact: true }).press('Control+Enter')
  await page.getByLabel('Must be for').selectOption('another audience…')
  await page.getByLabel('Another audience').fill(AUDIENCE)
  await page.getByLabel('Another audience').press('Enter')
  await page.waitForTimeout(5500)
  const [, claims = '', signature = ''] = token.split('.')
  const everything = requests.join('\n')
  expect(everything).toContain('/console/verify.js')
  expect(everything).toContain('/console/keys')
  expect(everything).toContain('/console/live')
  for (const part of [token, claims.slice(0, 20), signature.slice(0, 20)])
    expect(everything).not.toContain(part)
  expect(page.url()).toBe(`${stage.url}/`)
  // Nor does the browser bring it back.
  await page.reload()
  expect(await page.getByLabel('Token', { exact: true }).inputValue()).toBe('')
}, 20_000)

test('the verifier is loaded when a token is there, and not before', async () => {
  const { page, requests } = await enter(browser, stage.url)
  await page.waitForTimeout(500)
  expect(requests.join()).not.toContain('verify.js')
  await verdictOf(page, 'x')
  expect(requests.join()).toContain('verify.js')
})

describe('a token is refused, with the reason,', () => {
  test('of another audience', async () => {
    const { page } = await enter(browser, stage.url)
    const text = await verdictOf(page, await mint('https://other.example.com'))
    expect(text).toMatch(/^Refused\.\s+audience: /)
    expect(text).toContain('It has: https://other.example.com')
    expect(text).toContain(`Expected: ${AUDIENCE}`)
  })

  test('of another issuer', async () => {
    await stage.show({ issuerKeys: [{ issuer: 'https://issuer.example', jwks: { keys: [] } }] })
    const { page } = await enter(browser, stage.url)
    const text = await verdictOf(page, await mint())
    expect(text).toMatch(/^Refused\.\s+issuer: /)
    expect(text).toContain('Expected: https://issuer.example')
  })

  test('that was pasted before the page’s script came', async () => {
    const { page } = await enter(browser, stage.url)
    const pasted = Promise.withResolvers<void>()
    await page.route('**/console/page.js', async (route) => {
      await pasted.promise
      await route.continue()
    })
    await page.reload({ waitUntil: 'commit' })
    await page.getByLabel('Token', { exact: true }).fill('not a token at all')
    pasted.resolve()
    expect(await verdict(page)).toMatch(/^Refused\./)
  })

  test('that was tampered with', async () => {
    const { page } = await enter(browser, stage.url)
    const [header, claims = '', signature] = (await mint()).split('.')
    const changed = Buffer.from(claims, 'base64url').toString().replaceAll('123456789012', '210987654321')
    const text = await verdictOf(
      page,
      [header, Buffer.from(changed).toString('base64url'), signature].join('.'),
    )
    expect(text).toMatch(/^Refused\.\s+signature: /)
    expect(await page.locator('#decoded').innerText()).toContain('210987654321')
  })

  test('that is over', async () => {
    const token = await mint()
    await stage.show({ issuerKeys: await issuerKeys(), now: Date.now() + 10 * 60_000 })
    const { page } = await enter(browser, stage.url)
    expect(await verdictOf(page, token)).toMatch(
      /^Refused\.\s+expired: .*\s+It is now: \d{4}-\S+Z\s+It was good at: a time before \d{4}-\S+Z$/,
    )
    expect(await page.locator('#decoded').innerText()).toMatch(/exp\s+.*min ago/)
  })

  test.each([
    ['garbage', 'not a token at all'],
    ['half a token', 'eyJhbGciOiJFUzM4NCJ9.'],
    ['markup', `<img src=x onerror="document.title='broken'">`],
  ])('that is %s', async (_, token) => {
    const { page, complaints } = await enter(browser, stage.url)
    expect(await verdictOf(page, token)).toMatch(/^Refused\.\s+malformed: /)
    expect(await page.locator('#decoded').innerText()).toBe('')
    expect(await page.title()).not.toBe('broken')
    expect(complaints).toEqual([])
  })
})

test('the audience is what is chosen, or written', async () => {
  const policy = {
    ...POLICY,
    callers: [{ ...POLICY.callers[0], audiences: [AUDIENCE, 'https://b.example'] }],
  }
  await stage.show({ policy, issuerKeys: await issuerKeys() })
  const { page } = await enter(browser, stage.url)
  const token = await mint()
  expect(await verdictOf(page, token)).toMatch(/^Good/)
  await page.getByLabel('Must be for').selectOption('https://b.example')
  await page.getByText('Expected: https://b.example').waitFor()
  await page.getByLabel('Must be for').selectOption('another audience…')
  await page.getByText('Say whom the token must be for.').waitFor()
  await page.getByLabel('Another audience').fill('https://c.example')
  await page.getByText('Expected: https://c.example').waitFor()
  await page.getByLabel('Another audience').fill(AUDIENCE)
  await page.getByText('Good.', { exact: true }).waitFor()
  await page.getByLabel('Token', { exact: true }).fill('')
  await expect.poll(() => page.locator('#verdict').isVisible()).toBe(false)
})

test('the audience with which a workload asks the Worker is among those that are listed', async () => {
  await stage.show({ policy: fullPolicy(), issuerKeys: await issuerKeys() })
  const { page } = await enter(browser, stage.url)
  expect(await verdictOf(page, await mint('https://tokens.example.com'))).toMatch(/^Good/)
})

test.each([
  [
    'as the Worker answers',
    (token: string) => `{"webIdentityToken":"${token}","expiration":"2026-11-29T12:00:00.000Z"}`,
  ],
  [
    'as AWS’s CLI prints it',
    (token: string) => `{\n    "WebIdentityToken": "${token}",\n    "Expiration": "2026"\n}`,
  ],
  ['as a header has it', (token: string) => `Bearer ${token}`],
  ['as a header with its name', (token: string) => `Authorization: Bearer ${token}`],
  ['in quotation marks', (token: string) => `'${token}'`],
  ['broken by a terminal', (token: string) => `${token.slice(0, 80)}\n  ${token.slice(80)}\n`],
])('a token is taken %s', async (_, written) => {
  const { page } = await enter(browser, stage.url)
  expect(await verdictOf(page, written(await mint()))).toMatch(/^Good/)
})

test('the verdict comes into sight for who asks for it, and the page stays where it is for who writes', async () => {
  const { page } = await enter(browser, stage.url, {
    viewport: { width: 1280, height: 400 },
    reducedMotion: 'reduce',
  })
  await verdictOf(page, await mint())
  await page.getByLabel('Must be for').selectOption('another audience…')
  const other = page.getByLabel('Another audience')
  await other.focus()
  const toTheEnd = `document.getElementById('other-audience').scrollIntoView({ block: 'end' })`
  const isBelow = `document.getElementById('verdict').getBoundingClientRect().bottom > innerHeight + 1`
  await page.evaluate(toTheEnd)
  await page.keyboard.type('https://x.example')
  await page.getByText('Expected: https://x.example').waitFor()
  expect(await page.evaluate(isBelow)).toBe(true)
  await page.keyboard.press('Enter')
  await expect.poll(() => page.evaluate(isBelow)).toBe(false)
  await page.evaluate(toTheEnd)
  await page.evaluate(`document.getElementById('check').click()`)
  await expect.poll(() => page.evaluate(isBelow)).toBe(false)
})

test('what a hostile token says is shown and does nothing', async () => {
  const { page, complaints } = await enter(browser, stage.url)
  const claims = {
    iss: emulator.issuer,
    [HOSTILE]: HOSTILE,
    deep: { [HOSTILE]: [HOSTILE] },
    exp: 1e300,
    iat: HOSTILE,
  }
  const parts = [{ alg: 'ES384', kid: HOSTILE, typ: 'JWT' }, claims]
  const token = [
    ...parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')),
    'AAAA',
  ].join('.')
  expect(await verdictOf(page, token)).toMatch(/^Refused/)
  const decoded = await page.locator('#decoded').innerText()
  expect(decoded).toContain('onerror')
  expect(decoded).toContain('U+202E')
  expect(/[\u202E\u200B]/.test(decoded)).toBe(false)
  expect(await page.locator('#verify :is(img, script)').count()).toBe(0)
  expect(await page.title()).not.toBe('broken')
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280)
  expect(complaints).toEqual([])
})

describe('a token that is nested deeply is shown within the page', () => {
  const nested = (levels: number, open: string, close: string) =>
    `{"iss":"https://x.example","deep":${open.repeat(levels)}1${close.repeat(levels)}}`
  test.each([
    ['in objects', nested(2500, '{"a":', '}'), '{"a":{"a":{"a":'],
    ['in arrays', nested(1000, '[', ']'), '[[[['],
    ['more deeply than can be shown', nested(11_000, '[', ']'), 'nested too deeply to be shown'],
  ])('%s', async (_, claims, shown) => {
    const { page, complaints } = await enter(browser, stage.url, { viewport: { width: 380, height: 800 } })
    const token = `eyJhbGciOiJFUzM4NCIsImtpZCI6ImEifQ.${Buffer.from(claims).toString('base64url')}.AAAA`
    expect(await verdictOf(page, token)).toMatch(/^Refused/)
    const decoded = await page.locator('#decoded').innerText()
    expect(decoded).toContain('https://x.example')
    expect(decoded).toContain(shown)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(380)
    expect(complaints).toEqual([])
  })
})

describe('the tool says what is the matter', () => {
  test('before the first token was minted: nothing is proven, and what it says is shown', async () => {
    const token = await mint()
    await stage.show({ issuerKeys: [] })
    const { page } = await enter(browser, stage.url)
    expect(await verdictOf(page, token)).toMatch(
      /^Not verified\.\s+The issuer of this account is known by the tokens/,
    )
    expect(await page.locator('#decoded').innerText()).toContain(ROLE)
  })

  test('when the keys can’t be had, the session has ended, or the Worker is away', async () => {
    const { page } = await enter(browser, stage.url)
    const token = await mint()
    await stage.show({ issuerKeys: 'fails' })
    expect(await verdictOf(page, token)).toMatch(/could not be had \(503\)/)
    await stage.show({ policy: { ...POLICY, console: {} } })
    await page.getByRole('button', { name: 'Verify' }).click()
    await page.getByText('Reload the page and sign in.').waitFor()
    await page.route('**/console/keys', (route) => route.abort())
    await page.getByRole('button', { name: 'Verify' }).click()
    await page.getByText('The Worker does not answer. Try again.').waitFor()
  })

  test('when the verifier could not be loaded, and loads it when asked again', async () => {
    const { page } = await enter(browser, stage.url)
    await page.route('**/console/verify.js', (route) => route.abort())
    expect(await verdictOf(page, await mint())).toContain('The verifier could not be loaded')
    await page.unroute('**/console/verify.js')
    await page.getByRole('button', { name: 'Verify' }).click()
    await page.getByText('Good.', { exact: true }).waitFor()
  })
})
