// A real redis-server (Debian's package) on loopback, with a free port and a folder of its own.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './fault-server.ts'

/** Why there is no redis-server here; `undefined` where there is one. In CI there must be one. */
export function missingRedis(): string | undefined {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' })
    return undefined
  } catch (cause) {
    const reason = 'redis-server is not installed: apt-get install redis-server'
    if (process.env['CI'] === undefined) return reason
    throw new Error(reason, { cause })
  }
}

export interface RedisServer {
  readonly url: string
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>
}

export async function startRedis(): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'aws-web-identity-redis-'))
  const port = await freePort()
  const settings = [
    '--bind',
    '127.0.0.1',
    '--port',
    `${port}`,
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
  ]
  const server = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'inherit'] })
  await isReady(server)
  return {
    url: `redis://127.0.0.1:${port}`,
    async kill() {
      if (server.exitCode === null && server.signalCode === null) {
        const exit = once(server, 'exit')
        server.kill('SIGKILL')
        await exit
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function isReady(server: ChildProcess): Promise<void> {
  let log = ''
  for await (const chunk of server.stdout ?? []) {
    log += String(chunk)
    if (!log.includes('Ready to accept connections')) continue
    server.stdout?.resume()
    return
  }
  throw new Error(`redis-server did not start: ${log}`)
}
