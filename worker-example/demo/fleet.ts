// The Worker in several isolates that share its Durable Objects, as in production, where a Worker runs in thousands, and
// other Workers that have a service binding to it. The bundle is the one that `wrangler deploy` would send; Miniflare runs
// it, because `wrangler dev` has one isolate alone.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  convertV4MiniflareOptions,
  Miniflare,
  type RequestInit,
  type Response,
  type V4WorkerOptions,
} from 'miniflare'
import { unstable_readConfig as readConfig } from 'wrangler'
import type { BrokerReports, DecisionBatch } from '../ledger/report.ts'
import type { Snapshot } from '../ledger/snapshot.ts'

const run = promisify(execFile)
const CONFIG = fileURLToPath(new URL('../../wrangler.toml', import.meta.url))
const WRANGLER = fileURLToPath(new URL('../bin/wrangler.js', import.meta.resolve('wrangler')))

/** Variables and secrets. */
export type Bindings = Readonly<Record<string, string | string[]>>

/** What a fleet is made of. Its configuration is wrangler.toml's: bindings, compatibility date and flags, variables. */
export interface FleetOptions {
  /** How many isolates the Worker runs in. Default 1. */
  readonly isolates?: number
  /** The policy, in place of the one that wrangler.toml names. */
  readonly policy?: object
  /** What {@link bundleWorker} made of a policy, where it is there already: it takes seconds. */
  readonly script?: string
  /** What `wrangler secret put` gives, and variables in place of those of wrangler.toml. */
  readonly bindings: Bindings
  /**
   * Where the audit goes besides, or in the place of the ledger: what each isolate is bound to, as Miniflare names it, and
   * the Workers behind it.
   */
  readonly sinks?: {
    readonly bound?: Pick<V4WorkerOptions, 'queueProducers' | 'serviceBindings' | 'durableObjects'>
    readonly workers: readonly V4WorkerOptions[]
  }
  /** A folder for the storage of the Durable Objects, which a later fleet finds there. Else it ends with the fleet. */
  readonly storage?: string
  /** Called for each line that a Worker logs: nothing is printed. */
  readonly onLog?: (message: string) => void
  /** Other Workers, by their names. */
  readonly callers?: Readonly<Record<string, CallingWorker>>
}

/** A Worker that has service bindings to the entry point `Tokens`. */
export interface CallingWorker {
  /** An ECMAScript module. */
  readonly script: string
  /** The props of each binding, by its name. */
  readonly tokens: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>
  /** Default that of wrangler.toml. */
  readonly compatibilityDate?: string
}

/** As much of the ledger as is called from here. */
export interface LedgerCalls {
  snapshot(): Promise<Snapshot>
  record(batch: DecisionBatch): Promise<unknown>
  report(reports: BrokerReports): Promise<void>
}

/** Isolates of the Worker, and the Workers that call it. */
export interface Fleet {
  /** Sends a request to the Worker in the isolate of that number, or to the calling Worker of that name: by path, or by URL. */
  fetch(worker: number | string, path: string, init?: RequestInit): Promise<Response>
  /** The same; resolves to the text of an answer that is good, and rejects with that of another. */
  ask(worker: number | string, path: string, init?: RequestInit): Promise<string>
  /** Where the first isolate answers over HTTP, behind what Miniflare puts in front. */
  url(): Promise<URL>
  /** Where the isolate of that number answers over HTTP by itself, also to callers that go away. */
  origin(isolate: number): Promise<URL>
  readonly compatibilityDate: string
  readonly compatibilityFlags: readonly string[]
  /** What the console reads. */
  ledger(): Promise<LedgerCalls>
  close(): Promise<void>
}

/** Starts it. */
export async function startFleet({
  isolates = 1,
  policy,
  script: given,
  bindings,
  sinks,
  storage,
  onLog,
  callers = {},
}: FleetOptions): Promise<Fleet> {
  const config: Config = readConfig({ config: CONFIG }, { hideWarnings: true })
  // wrangler deploys nothing without a date.
  const { compatibility_date: compatibilityDate = '', compatibility_flags: compatibilityFlags } = config
  const script = given ?? (await bundleWorker(policy))
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      handleStructuredLogs: ({ message }) => onLog?.(message),
      ...(storage !== undefined && { resourcePersistencePath: storage }),
      workers: [
        ...Array.from({ length: isolates }, (_, isolate) => ({
          name: nameOf(isolate),
          modules: true,
          script,
          compatibilityDate,
          compatibilityFlags,
          bindings: { ...config.vars, ...bindings },
          ratelimits: rateLimitsOf(config),
          unsafeDirectSockets: [{}],
          ...sinks?.bound,
          durableObjects: { ...durableObjectsOf(config), ...sinks?.bound?.durableObjects },
        })),
        ...(sinks?.workers ?? []),
        ...Object.entries(callers).map(([name, { script, tokens, ...own }]) => ({
          name,
          modules: true,
          script,
          compatibilityDate: own.compatibilityDate ?? compatibilityDate,
          serviceBindings: Object.fromEntries(
            Object.entries(tokens).map(([binding, props]) => [
              binding,
              { name: nameOf(0), entrypoint: 'Tokens', ...(props !== undefined && { props }) },
            ]),
          ),
        })),
      ],
    }),
  )
  const fleet: Fleet = {
    async fetch(worker, path, init) {
      const { fetch } = await miniflare.getWorker(typeof worker === 'number' ? nameOf(worker) : worker)
      return fetch(new URL(path, 'http://localhost'), init)
    },
    async ask(worker, path, init) {
      const response = await fleet.fetch(worker, path, init)
      const text = await response.text()
      if (!response.ok) throw new Error(`the Worker answered ${response.status}: ${text}`)
      return text
    },
    url: () => miniflare.ready,
    origin: (isolate) => miniflare.unsafeGetDirectURL(nameOf(isolate)),
    compatibilityDate,
    compatibilityFlags,
    async ledger() {
      const namespace = await miniflare.getDurableObjectNamespace('LEDGER', nameOf(0))
      // Its class is the Worker's: what is called through this is what the Worker calls.
      return namespace.getByName('ledger') as unknown as LedgerCalls
    },
    close: () => miniflare.dispose(),
  }
  return fleet
}

function nameOf(isolate: number): string {
  return `isolate-${isolate}`
}

/** What is read of wrangler.toml, which wrangler has checked; its own declarations leave these members open. */
interface Config {
  readonly compatibility_date?: string | undefined
  readonly compatibility_flags: string[]
  readonly vars: Record<string, string>
  readonly durable_objects: { readonly bindings: readonly { name: string; class_name: string }[] }
  readonly ratelimits: readonly {
    name: string
    namespace_id: string
    simple: { limit: number; period: 10 | 60 }
  }[]
}

// All isolates have those of the first.
function durableObjectsOf({ durable_objects: { bindings } }: Config) {
  return Object.fromEntries(
    bindings.map(({ name, class_name: className }) => [
      name,
      { className, useSQLite: true, scriptName: nameOf(0) },
    ]),
  )
}

function rateLimitsOf({ ratelimits }: Config) {
  return Object.fromEntries(
    ratelimits.map(({ name, namespace_id, simple }) => [name, { namespace_id, simple }]),
  )
}

/** The Worker as `wrangler deploy` would send it, with this policy in place of the one that wrangler.toml names. */
export async function bundleWorker(policy: object | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'worker-'))
  try {
    const alias = join(folder, 'policy.json')
    if (policy !== undefined) await writeFile(alias, JSON.stringify(policy))
    const arguments_ = [
      ['deploy', '--dry-run', '--outdir', folder, '--config', CONFIG],
      policy === undefined ? [] : ['--alias', `policy.json:${alias}`],
    ]
    const env = { ...process.env, WRANGLER_SEND_METRICS: 'false' }
    // Else it would run the configuration's [build] where this process happens to be.
    const cwd = dirname(CONFIG)
    await run(process.execPath, [WRANGLER, ...arguments_.flat()], { cwd, env })
    return await readFile(join(folder, 'index.js'), 'utf8')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
