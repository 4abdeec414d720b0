// A process of workerd itself, with nothing in front of it and nothing but one Worker in it.
// https://github.com/cloudflare/workerd/blob/main/src/workerd/server/workerd.capnp

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { cpuTimeOf } from './cpu.ts'
import { COMPATIBILITY_DATE } from './wrangler.ts'

// The package has no declarations: it exports where its binary is.
const { default: WORKERD } = createRequire(import.meta.url)('workerd') as { readonly default: string }

/** A Worker on the disk, of which as many processes can be started as one likes. */
export interface Installed {
  start(): Promise<FreshWorkerd>
  remove(): Promise<void>
}

export interface FreshWorkerd {
  readonly url: string
  /** When the process was asked for, and when it said that it listens: as `performance.now()` has them. */
  readonly askedAt: number
  readonly listeningAt: number
  /** What it has taken so far, in ms. */
  cpuTime(): number
  stop(): Promise<void>
}

/**
 * @param modules ECMAScript modules by their names, first the Worker's
 * @param bindings texts, such as variables and secrets
 */
export async function install(
  modules: ReadonlyMap<string, string>,
  bindings: Readonly<Record<string, string>>,
): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-workerd-'))
  const config = join(folder, 'config.capnp')
  for (const [name, code] of modules) await writeFile(join(folder, name), code)
  await writeFile(config, configuration([...modules.keys()], bindings))
  return {
    start: () => start(config),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

// The service `internet` is what `fetch` goes to; by default it reaches no address of this machine.
function configuration(modules: readonly string[], bindings: Readonly<Record<string, string>>): string {
  const text = (value: string) => JSON.stringify(value)
  const embedded = modules.map((name) => `(name = ${text(name)}, esModule = embed ${text(name)})`)
  const bound = Object.entries(bindings).map(
    ([name, value]) => `(name = ${text(name)}, text = ${text(value)})`,
  )
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [${embedded.join(', ')}],
      bindings = [${bound.join(', ')}],
      compatibilityDate = ${text(COMPATIBILITY_DATE)},
    )),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", service = "main")],
);`
}

async function start(config: string): Promise<FreshWorkerd> {
  const askedAt = performance.now()
  const child = spawn(WORKERD, ['serve', config, '--control-fd=3'], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  const port = await portOf(child)
  return {
    url: `http://127.0.0.1:${port}/`,
    askedAt,
    listeningAt: performance.now(),
    cpuTime: () => cpuTimeOf(child.pid ?? Number.NaN) / 1000,
    async stop() {
      const closed = once(child, 'close')
      child.kill('SIGKILL')
      await closed
    },
  }
}

// It tells of each socket when it listens, a line of JSON each.
async function portOf({ stdio: [, , , control] }: ChildProcess): Promise<number> {
  for await (const line of createInterface({ input: control as Readable })) {
    const { event, port } = JSON.parse(line)
    if (event === 'listen') return port
  }
  throw new Error('workerd ended before it listened')
}
