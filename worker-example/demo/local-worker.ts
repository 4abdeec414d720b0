// Runs the Worker in real workerd, as its configuration, wrangler.toml, has it. wrangler itself starts it, so the bundle, the flags
// and the bindings are those of `wrangler deploy`; Miniflare with a bundler of ours would show another Worker.

import { once } from 'node:events'
import { createServer } from 'node:net'
import { devNull } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { unstable_DevEnv } from 'wrangler'

/** What the Worker is given besides its configuration. */
export interface LocalWorkerOptions {
  /** The file of its configuration; that of this repository when absent. */
  readonly config?: string
  /** The file of its policy, in place of the one that its configuration names. */
  readonly policy?: string
  /** In place of the configuration's variables of the same names. */
  readonly vars: Readonly<Record<string, string | readonly string[]>>
  /** In place of what `wrangler secret put` gives. */
  readonly secrets: Readonly<Record<string, string>>
  /** The port to take where it is free; another one where it is not. 0, the default, is any free one. */
  readonly preferredPort?: number
  /** Called for each line that the Worker logs. */
  readonly onLog?: (message: string) => void
  /** Builds it anew whenever a file that it is made of has changed, and tells. Default never. */
  readonly watch?: {
    readonly onReload: () => void
    /** It could not be built: requests wait until it can. */
    readonly onFailure: (reason: string) => void
  }
  /** A directory in which Workers of this machine find each other, for service bindings. Default none: it has no others. */
  readonly registry?: string
}

/** A Worker that is running. */
export interface LocalWorker {
  /** Its origin, such as `http://127.0.0.1:8787`. */
  readonly url: string
  close(): Promise<void>
}

/** Starts the Worker; rejects with the reason where it can't be built or started. */
export async function startLocalWorker(options: LocalWorkerOptions): Promise<LocalWorker> {
  process.env['WRANGLER_SEND_METRICS'] = 'false'
  process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false' // it would ask Cloudflare where this machine is
  const { preferredPort = 0 } = options
  if (preferredPort === 0 || !(await isFree(preferredPort))) return startAt(0, options)
  try {
    return await startAt(preferredPort, options)
  } catch {
    // workerd takes its port a second after it was seen to be free: another one may have been faster. Where the
    // reason is another, the second start gives it.
    return startAt(0, options)
  }
}

async function startAt(port: number, options: LocalWorkerOptions): Promise<LocalWorker> {
  // wrangler takes a second to load: not before there is something to read.
  const { unstable_DevEnv: DevEnv } = await import('wrangler')
  const devEnv = new DevEnv()
  try {
    const failure = failureOf(devEnv)
    const loaded = once(devEnv, 'reloadComplete')
    const worker = await Promise.race([devEnv.startWorker(inputOf(port, options)), failure])
    await Promise.race([Promise.all([worker.ready, loaded]), failure])
    if (options.watch !== undefined) tellReloads(devEnv, options.watch)
    const { origin } = await worker.url
    return { url: origin, close: () => devEnv.teardown() }
  } catch (error) {
    await devEnv.teardown()
    throw new Error(`the Worker does not start: ${reasonOf(error)}`, { cause: error })
  }
}

type StartInput = Parameters<unstable_DevEnv['startWorker']>[0]

const SOURCES = fileURLToPath(new URL('..', import.meta.url))
const OWN_CONFIG = fileURLToPath(new URL('../../wrangler.toml', import.meta.url))

function inputOf(
  port: number,
  { config = OWN_CONFIG, policy, vars, secrets, onLog, watch, registry }: LocalWorkerOptions,
): StartInput {
  const bindings: Record<string, { type: 'plain_text' | 'secret_text' | 'json'; value: unknown }> = {}
  for (const [name, value] of Object.entries(vars)) {
    bindings[name] = { type: typeof value === 'string' ? 'plain_text' : 'json', value }
  }
  for (const [name, value] of Object.entries(secrets)) bindings[name] = { type: 'secret_text', value }
  return {
    config,
    build: {
      // wrangler would run the configuration's [build] where this process happens to be.
      custom: {
        workingDirectory: dirname(config),
        // Where there is a [build], wrangler looks at nothing else.
        ...(policy !== undefined && { watch: [SOURCES, dirname(policy)] }),
      },
      ...(policy !== undefined && { alias: { 'policy.json': policy } }),
    },
    envFiles: [devNull], // else it reads .dev.vars and .env, which may hold real credentials
    bindings,
    dev: {
      server: { hostname: '127.0.0.1', port },
      inspector: false,
      watch: watch !== undefined,
      ...(registry !== undefined && { registry }),
      persist: false,
      logLevel: 'none',
      structuredLogsHandler: ({ message }: { message: string }) => onLog?.(message),
    },
  }
}

function tellReloads(
  devEnv: unstable_DevEnv,
  { onReload, onFailure }: Required<LocalWorkerOptions>['watch'],
) {
  devEnv.on('reloadComplete', onReload)
  for (const failed of ['buildFailed', 'error']) devEnv.on(failed, (event) => onFailure(reasonOf(event)))
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

// wrangler tells of a failed build or start by events alone; `ready` would never settle. Once the Worker runs
// nobody waits for this any more: then requests fail, and say so themselves.
function failureOf(devEnv: unstable_DevEnv): Promise<never> {
  const failure = new Promise<never>((_, reject) => {
    devEnv.on('error', reject)
    devEnv.on('buildFailed', reject)
  })
  failure.catch(() => {})
  return failure
}

// An error or an event; what tells most is at the end of its causes, and of a build in its list.
function reasonOf(event: unknown): string {
  if (typeof event !== 'object' || event === null) return String(event)
  if ('errors' in event && Array.isArray(event.errors)) return event.errors.map(placeAndText).join('\n')
  if ('cause' in event && event.cause !== undefined) return reasonOf(event.cause)
  return 'message' in event ? String(event.message) : 'no reason was given'
}

// https://esbuild.github.io/api/#message-object
function placeAndText({ text, location }: { text: string; location?: Location | null }): string {
  return location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text
}

type Location = { readonly file: string; readonly line: number; readonly column: number }
