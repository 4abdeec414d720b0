// What the console's tests play on: the console in real workerd, with what it shows given by the test.

import { join } from 'node:path'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { buildConsole } from '../../../worker-example/console/build.ts'
import type { AuditLine } from '../../../worker-example/ledger/audit-line.ts'
import { emptySnapshot, POLICY, SECRET } from './samples.ts'
import type { State } from './state.ts'

export const SEALING_KEY = btoa('the sealing key of 32 bytes'.padEnd(32, '.'))

/** The console, running. */
export interface Stage {
  /** `http://localhost:…` */
  readonly url: string
  /** What is not given is as the console is before anybody asked for anything. */
  show(state?: Partial<State>): Promise<void>
  /** What the audit was told since the last `show`. */
  audit(): Promise<Partial<AuditLine>[]>
  /** Asks it, without following anything. */
  ask(path: string, init?: RequestInit): Promise<Response>
  /** Shows the secret as the form does, and gives the cookie. */
  signIn(): Promise<string>
  close(): Promise<void>
}

/** @param port a port of an earlier one, to come back at the same address */
export async function openStage(port = 0): Promise<Stage> {
  await buildConsole()
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'harness/worker.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    write: false,
    logLevel: 'warning',
  })
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port,
      workers: [
        {
          name: 'console',
          modules: true,
          script: outputFiles[0]?.text ?? '',
          compatibilityDate: '2026-07-01',
          compatibilityFlags: ['no_nodejs_compat', 'no_nodejs_compat_v2'],
        },
      ],
    }),
  )
  const url = `http://localhost:${(await miniflare.ready).port}`
  const ask = (path: string, init: RequestInit = {}) => fetch(url + path, { redirect: 'manual', ...init })
  return {
    url,
    ask,
    async show(state) {
      const whole: State = {
        policy: POLICY,
        sealingKeys: [SEALING_KEY],
        snapshot: emptySnapshot(),
        issuerKeys: [],
        mayTry: true,
        ...state,
      }
      await ask('/test/state', { method: 'PUT', body: JSON.stringify(whole) })
    },
    audit: async () => (await ask('/test/audit')).json(),
    async signIn() {
      const response = await ask('/console/sign-in', formOf(url, { secret: SECRET }))
      const [cookie = ''] = response.headers.get('set-cookie')?.split(';') ?? []
      return cookie
    },
    close: () => miniflare.dispose(),
  }
}

/** A form as the console's own page sends it. */
export function formOf(
  origin: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): RequestInit {
  return { method: 'POST', body: new URLSearchParams(fields), headers: { Origin: origin, ...headers } }
}
