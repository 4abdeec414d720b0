// The Worker's console in Debian's Chromium, for its tests.

import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { CHROMIUM } from '../../support/chromium.ts'
import { SECRET } from '../../worker-example/console/samples.ts'

export function launch(): Promise<Browser> {
  return chromium.launch(CHROMIUM)
}

export interface Visit {
  readonly page: Page
  /** What it asked for: method, address and body. */
  readonly requests: string[]
  /** Errors on its console, its own errors, and breaches of its content security policy. */
  readonly complaints: string[]
}

/** Opens the sign-in page, and watches. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => {
    requests.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`)
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    // Chromium tells of each status from 400 on.
    const isStatus = message.text().startsWith('Failed to load resource: the server responded with a status')
    if (['error', 'warning'].includes(message.type()) && !isStatus) complaints.push(message.text())
  })
  await page.exposeFunction('tellBreach', (breach: string) => void complaints.push(breach))
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', (event) => tellBreach(event.violatedDirective + ' ' + event.blockedURI))`,
  )
  await page.goto(url)
  return { page, requests, complaints }
}

/** Opens the page, signed in. */
export async function enter(browser: Browser, url: string, options?: BrowserContextOptions): Promise<Visit> {
  const visited = await visit(browser, url, options)
  await visited.page.getByLabel('Secret of the console').fill(SECRET)
  await visited.page.getByRole('button', { name: 'Sign in' }).click()
  await visited.page.getByRole('heading', { name: 'Tokens' }).waitFor()
  // Its style, too: before, it is wider than any screen.
  await visited.page.waitForLoadState()
  return visited
}

/** Lets the page believe that it is out of sight, or in sight again. */
export async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${isHidden} })
    document.dispatchEvent(new Event('visibilitychange'))`)
}
