// Debian's Firefox ESR, headless, by Puppeteer over WebDriver BiDi: Playwright cannot drive it as it is.

import type { LaunchOptions } from 'puppeteer-core'

export const FIREFOX: LaunchOptions = {
  browser: 'firefox',
  executablePath: '/usr/bin/firefox-esr',
  headless: true,
}
