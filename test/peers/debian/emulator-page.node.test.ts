// Debian's Chromium, headless, on the emulator's page: by mouse, by keyboard, by day and by night, on a phone, and
// without JavaScript.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { createEmulator, type Emulator, withPage } from '../../../src/emulator/index.ts'
import { serve } from '../../../src/emulator/node.ts'
import { StsClient } from '../../../src/index.ts'
import { CHROMIUM } from '../../support/chromium.ts'

const hostile = `"><img/src=x/onerror='document.title="broken"'><script>document.title='broken'</script>`
// Strings, since nothing else here is compiled for a page.
const lowContrasts = readFileSync(join(import.meta.dirname, 'low-contrasts.js'), 'utf8')
let browser: Browser
let emulator: Emulator
let server: Awaited<ReturnType<typeof serve>>
let sts: StsClient

beforeAll(async () => {
  browser = await chromium.launch(CHROMIUM)
})
afterAll(() => browser.close())

beforeEach(async () => {
  emulator = withPage(createEmulator())
  server = await serve(emulator)
  const { credentials } = emulator
  sts = new StsClient({ region: 'us-east-1', endpoint: server.url, credentials, validateInput: false })
  onTestFinished(() => server.close())
})

describe('the page', () => {
  test('shows a request by itself, soon after it came, and keeps the focus', async () => {
    const page = await open()
    await page.getByText('No token was minted yet.').waitFor()
    await sts.getCallerIdentity()
    const first = page.getByRole('link', { name: 'GetCallerIdentity' })
    await first.focus()
    await mint()
    await page.getByRole('link', { name: 'GetWebIdentityToken' }).waitFor()
    expect(await page.evaluate('document.activeElement.textContent')).toBe('GetCallerIdentity')
    expect(await page.getByRole('heading', { name: 'The latest token' }).isVisible()).toBe(true)
    expect(await page.locator('pre', { hasText: '"aud"' }).textContent()).toContain('https://api.example.com')
    expect(await page.getByRole('status').textContent()).toBe('Live')
  })

  test('says when the emulator is gone', async () => {
    const page = await open()
    await server.close()
    await page.getByText('The emulator does not answer').waitFor()
  })

  test('is used by the keyboard alone, and shows where the focus is', async () => {
    await sts.getCallerIdentity()
    await mint()
    const page = await open()
    const focused = () => page.evaluate('document.activeElement.textContent')
    for (let presses = 0; presses < 10 && (await focused()) !== 'GetCallerIdentity'; presses++) {
      await page.keyboard.press('Tab')
    }
    expect(await focused()).toBe('GetCallerIdentity')
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outline')
    expect(outline).toContain('solid 2px')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'The request' }).waitFor()
    expect(await page.locator('[aria-current=true]').textContent()).toBe('GetCallerIdentity')
  })

  test('works without JavaScript', async () => {
    await mint()
    const page = await open({ javaScriptEnabled: false })
    expect(await page.locator('noscript').isVisible()).toBe(true)
    await page.getByRole('link', { name: 'GetWebIdentityToken' }).click()
    expect(await page.getByRole('heading', { name: 'The request' }).isVisible()).toBe(true)
  })

  test('runs nothing that a client sent, and asks no other host for anything', async () => {
    await mint(hostile)
    await fetch(`${server.url}/?Action=${encodeURIComponent(hostile)}&${encodeURIComponent(hostile)}=1`)
    const { page, requests, complaints } = await watched()
    for (const { requestId } of emulator.requests) {
      await page.goto(`${server.url}/?request=${requestId}`)
      await page.waitForTimeout(300)
      expect(await page.title()).toBe('AWS emulator')
      expect(await page.locator('img').count()).toBe(0)
    }
    // What comes in later is put in by the script.
    await mint(hostile)
    await page.waitForTimeout(1500)
    expect(await page.title()).toBe('AWS emulator')
    expect(await page.getByText('onerror').count()).toBeGreaterThan(0)
    expect(requests.filter((url) => !url.startsWith(`${server.url}/`) && !url.startsWith('data:'))).toEqual(
      [],
    )
    expect(complaints).toEqual([])
  })

  test.each(['light', 'dark'] as const)(
    'is readable by %s: each text has a contrast of 4.5 to 1',
    async (colorScheme) => {
      await mint()
      await sts.getCallerIdentity()
      emulator.setFaults([{ status: 400, times: 1 }])
      await sts.getCallerIdentity().catch(() => {})
      await fetch(`${server.url}/?Action=Unknown`)
      const page = await open({ colorScheme })
      expect(await page.evaluate(lowContrasts)).toEqual([])
      const back = await page.evaluate('getComputedStyle(document.body).backgroundColor')
      expect(back).toBe(colorScheme === 'light' ? 'rgb(246, 246, 244)' : 'rgb(18, 19, 21)')
    },
  )

  test('is read on a phone without scrolling sideways', async () => {
    await mint()
    await mint(`https://${'a'.repeat(900)}`)
    const page = await open({ viewport: { width: 360, height: 740 } })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
  })
})

test('another site can neither frame the page nor read it', async () => {
  const page = await open()
  await page.goto(`http://localhost:${new URL(server.url).port}/nothing`)
  const read = await page.evaluate(
    (url) =>
      fetch(url, { headers: { accept: 'text/html' } }).then(
        () => 'read',
        () => 'refused',
      ),
    `${server.url}/_emulator/page.json`,
  )
  expect(read).toBe('refused')
})

async function mint(audience = 'https://api.example.com'): Promise<void> {
  await sts.getWebIdentityToken({ audience: [audience], signingAlgorithm: 'ES384' })
}

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await browser.newPage(options)
  onTestFinished(() => page.close())
  page.setDefaultTimeout(10_000)
  await page.goto(server.url)
  return page
}

async function watched() {
  const page = await open()
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => complaints.push(message.text()))
  page.on('dialog', (dialog) => complaints.push(dialog.message()))
  return { page, requests, complaints }
}
