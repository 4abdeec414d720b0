// Chromium as Debian packages it, by Playwright.

import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { CHROMIUM } from '../../support/chromium.ts'
import type { Bundler } from '../bundles.ts'
import { defaultBundle, type Kind, prepare, reportOf } from './browser.ts'
import type { Runtime } from './runtime.ts'

interface InChromium {
  readonly name: string
  readonly differs: string
  readonly kind: Kind
  readonly bundle?: Bundler
  readonly isSecure?: boolean
  /** A script that runs before those of the page. */
  readonly before?: string
}

/** Which is not localhost to Chromium, and still this machine. */
const INSECURE_HOST = 'insecure.test'

export function inChromium({
  name,
  differs,
  kind,
  bundle = defaultBundle,
  isSecure = true,
  before,
}: InChromium): Runtime {
  const out = name.toLowerCase().replaceAll(/\W+/g, '-')
  return {
    name,
    differs,
    async run(packed, lab) {
      await prepare(packed, kind, bundle, out)
      const args = [...CHROMIUM.args, `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`]
      const browser = await chromium.launch({ ...CHROMIUM, args })
      try {
        const log: string[] = []
        const context = await browser.newContext()
        context.on('console', (message) => void log.push(message.text()))
        if (before !== undefined) await context.addInitScript({ path: join(packed.folder, before) })
        const page = await context.newPage()
        page.on('pageerror', (error) => void log.push(`page error: ${error}`))
        const url = isSecure ? lab.url : lab.url.replace('127.0.0.1', INSECURE_HOST)
        const report = await reportOf({ ...lab, url }, out, { isSecure }, (address) => page.goto(address))
        const version = browser.version()
        return isSecure ? { version, report, log: log.join('\n') } : { version, report }
      } finally {
        await browser.close()
      }
    },
  }
}
