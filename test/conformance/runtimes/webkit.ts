// WebKit as Debian packages it for GTK, by its own WebDriver in a virtual screen.
// https://www.w3.org/TR/webdriver2/

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultBundle, type Kind, prepare, reportOf } from './browser.ts'
import type { Runtime } from './runtime.ts'

const DRIVER = '/usr/bin/WebKitWebDriver'

export function inWebKit(name: string, kind: Kind, differs: string, bundle = defaultBundle): Runtime {
  const out = name.toLowerCase().replaceAll(/\W+/g, '-')
  return {
    name,
    differs,
    async run(packed, lab) {
      await prepare(packed, kind, bundle, out)
      const driver = await startDriver()
      try {
        const session = await driver.ask('POST', '/session', {
          capabilities: {
            alwaysMatch: { 'webkitgtk:browserOptions': { binary: miniBrowser(), args: ['--automation'] } },
          },
        })
        // What the driver answers to a new session.
        const { sessionId, capabilities } = session as {
          sessionId: string
          capabilities: { browserVersion: string }
        }
        const place = { takesAnyPoint: true }
        const report = await reportOf(lab, out, place, (url) =>
          driver.ask('POST', `/session/${sessionId}/url`, { url }),
        )
        await driver.ask('DELETE', `/session/${sessionId}`)
        return { version: capabilities.browserVersion, report }
      } finally {
        await driver.stop()
      }
    },
  }
}

function miniBrowser(): string {
  const [file] = globSync('/usr/lib/*/webkit2gtk-4.*/MiniBrowser')
  if (file === undefined || !existsSync(DRIVER))
    throw new Error('apt-get install webkit2gtk-driver xvfb xauth')
  return file
}

async function startDriver() {
  const port = await freePort()
  const child = spawn('xvfb-run', ['--auto-servernum', DRIVER, `--port=${port}`], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, WEBKIT_DISABLE_COMPOSITING_MODE: '1', LIBGL_ALWAYS_SOFTWARE: '1' },
  })
  const url = `http://127.0.0.1:${port}`
  await answering(`${url}/status`, child)
  return {
    async ask(method: string, path: string, body?: unknown): Promise<unknown> {
      const response = await fetch(url + path, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      // Every answer of WebDriver has a `value`.
      const { value } = (await response.json()) as { value: unknown }
      if (!response.ok) throw new Error(JSON.stringify(value))
      return value
    },
    async stop() {
      // xvfb-run and all that it started.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
      await Promise.race([once(child, 'exit'), sleep(5000)])
    },
  }
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null) throw new Error(`WebKitWebDriver ended with ${child.exitCode}`)
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    await sleep(100)
  }
  throw new Error('WebKitWebDriver does not answer')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
