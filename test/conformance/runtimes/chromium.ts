// Chromium as Debian packages it, by Playwright.

import { chromium } from 'playwright-core'
import type { Bundler } from '../bundles.ts'
import { defaultBundle, type Kind, prepare, reportOf } from './browser.ts'
import type { Runtime } from './runtime.ts'

export const CHROMIUM_OPTIONS = {
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}

export function inChromium(
  name: string,
  kind: Kind,
  differs: string,
  bundle: Bundler = defaultBundle,
): Runtime {
  const out = name.toLowerCase().replaceAll(/\W+/g, '-')
  return {
    name,
    differs,
    async run(packed, lab) {
      await prepare(packed, kind, bundle, out)
      const browser = await chromium.launch(CHROMIUM_OPTIONS)
      try {
        const log: string[] = []
        const context = await browser.newContext()
        context.on('console', (message) => void log.push(message.text()))
        const page = await context.newPage()
        page.on('pageerror', (error) => void log.push(`page error: ${error}`))
        const report = await reportOf(lab, out, {}, (url) => page.goto(url))
        return { version: browser.version(), report, log: log.join('\n') }
      } finally {
        await browser.close()
      }
    },
  }
}
