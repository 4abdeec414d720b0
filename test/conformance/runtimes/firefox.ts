// Firefox ESR as Debian packages it.

import { launch } from 'puppeteer-core'
import { FIREFOX } from '../../support/firefox.ts'
import { defaultBundle, type Kind, prepare, reportOf } from './browser.ts'
import type { Runtime } from './runtime.ts'

export function inFirefox(name: string, kind: Kind, differs: string, bundle = defaultBundle): Runtime {
  const out = name.toLowerCase().replaceAll(/\W+/g, '-')
  return {
    name,
    differs,
    async run(packed, lab) {
      await prepare(packed, kind, bundle, out)
      const browser = await launch(FIREFOX)
      try {
        const log: string[] = []
        const page = await browser.newPage()
        page.on('console', (message) => void log.push(message.text()))
        const report = await reportOf(lab, out, {}, (url) => page.goto(url))
        const version = (await browser.version()).replace(/^\D+/, '')
        return kind === 'page' ? { version, report, log: log.join('\n') } : { version, report }
      } finally {
        await browser.close()
      }
    },
  }
}
