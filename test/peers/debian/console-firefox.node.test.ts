// The Worker's console in Firefox, whose forms, cookies, content security policy and WebCrypto are its own.

import { StsClient } from 'aws-web-identity'
import { createEmulator } from 'aws-web-identity/emulator'
import { type Browser, launch, type Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { FIREFOX } from '../../support/firefox.ts'
import { emptySnapshot, fullSnapshot, SECRET } from '../../worker-example/console/samples.ts'
import { openStage, type Stage } from '../../worker-example/console/stage.ts'

let browser: Browser
let stage: Stage
beforeAll(async () => {
  browser = await launch(FIREFOX)
  stage = await openStage()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await stage?.close()
})

/** Opens the page, signed in by the form. @returns what Firefox complained of, too */
async function enter(): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage()
  onTestFinished(() => page.close())
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) complaints.push(message.text())
  })
  await page.evaluateOnNewDocument(
    `addEventListener('securitypolicyviolation', (event) => console.error(event.violatedDirective + ' ' + event.blockedURI))`,
  )
  await page.goto(stage.url)
  await page.locator('#secret').fill(SECRET)
  await page.locator('button[type=submit]').click()
  await page.waitForSelector('#tokens')
  return { page, complaints }
}

/** Scripts of the page are texts here: they are none of this program's. */
async function textOf(page: Page, selector: string): Promise<string> {
  return String(await page.evaluate(`document.querySelector('${selector}').innerText`))
}

test('one signs in, sees what is new without a reload, and signs out', async () => {
  await stage.show({ snapshot: emptySnapshot() })
  const { page, complaints } = await enter()
  expect(await textOf(page, '#tokens')).toContain('No token lives.')
  expect(await textOf(page, '#status')).toBe('Live')
  const snapshot = fullSnapshot()
  await stage.show({ snapshot })
  await page.waitForSelector('#tokens tbody tr')
  expect(await page.$$('#tokens tbody tr')).toHaveLength(snapshot.tokens.length)
  expect(await textOf(page, '#tokens time')).toMatch(/^in \d+ (?:s|min|h)$|ago$/)
  await page.locator('.who button').click()
  await page.waitForSelector('#secret')
  expect(complaints).toEqual([])
}, 30_000)

test('a token is verified in it, and a forged one is refused', async () => {
  const emulator = createEmulator()
  const { credentials, fetch, issuer } = emulator
  const keys = await fetch(`${issuer}/.well-known/jwks.json`)
  await stage.show({ issuerKeys: [{ issuer, jwks: await keys.json() }] })
  const sts = new StsClient({ region: 'eu-central-1', credentials, fetch })
  const { webIdentityToken } = await sts.getWebIdentityToken({
    audience: ['https://api.example.com'],
    signingAlgorithm: 'ES384',
  })
  const { page, complaints } = await enter()
  const verdictOf = async (token: string) => {
    await page.locator('#token').fill(token)
    const word = token === webIdentityToken ? 'Good.' : 'Refused.'
    await page.waitForFunction(`document.querySelector('#verdict').innerText.startsWith('${word}')`)
    return textOf(page, '#verdict')
  }
  expect(await verdictOf(webIdentityToken)).toContain('AWS signed it for https://api.example.com.')
  const [header, claims] = webIdentityToken.split('.')
  expect(await verdictOf(`${header}.${claims}.${'A'.repeat(128)}`)).toContain('signature')
  expect(complaints).toEqual([])
}, 30_000)
