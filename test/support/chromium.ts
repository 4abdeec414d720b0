// Debian's Chromium, headless: without the sandbox, which needs privileges that a container lacks, and without what asks
// the network by itself.

import type { LaunchOptions } from 'playwright-core'

export const CHROMIUM: LaunchOptions & { readonly args: string[] } = {
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
