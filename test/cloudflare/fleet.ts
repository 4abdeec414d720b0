// A fleet for tests: Workers in workerd, each in an isolate of its own, one Durable Object that mints for them, and an STS
// that counts, gives short tokens, and can be down.

import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare, Response as WorkerResponse } from 'miniflare'

const root = join(import.meta.dirname, '../..')
export const AUDIENCE = 'https://api.example.com'
const LOG = 'http://log.example/'

const WORKER = `
import { brokeredTokenSource, WebIdentityTokenBroker } from 'aws-web-identity/cloudflare'
export { WebIdentityTokenBroker }
export class TellingBroker extends WebIdentityTokenBroker {
  static options(env, state) {
    const tell = (event) => fetch('${LOG}', { method: 'POST', body: JSON.stringify({ id: state.id.toString(), ...event }) })
    return { ...super.options(env, state), onEvent: (event) => state.waitUntil(tell(event)) }
  }
}
const sources = new Map()
const events = []
export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/events') return Response.json(events)
    const audience = searchParams.get('audience') ?? '${AUDIENCE}'
    const durationSeconds = Number(searchParams.get('durationSeconds') ?? 3600)
    const key = audience + durationSeconds
    const source = sources.get(key) ?? brokeredTokenSource(env.BROKER, {
      audience, durationSeconds, signingAlgorithm: 'ES384', onEvent: (event) => events.push(event),
    })
    sources.set(key, source)
    try {
      if (pathname === '/invalidate') await source.invalidate(searchParams.get('token') ?? undefined)
      return Response.json(await source.get())
    } catch ({ name, code, message, remedy, path }) {
      return Response.json({ name, code, message, remedy, path }, { status: 500 })
    }
  },
}
`

export interface Sts {
  /** The requests that came. */
  requests: number
  /** How long its tokens live, in milliseconds, whatever was asked for. */
  lifetime: number
  /** What it answers in place of a token. */
  refusal: { readonly status: number; readonly code: string; readonly message: string } | undefined
}

export interface Fleet {
  readonly sts: Sts
  /** What brokers of the class `TellingBroker` told, each with the id of the object. */
  readonly told: Record<string, string>[]
  /** The id of the object of that name. */
  idOf(name: string): Promise<string>
  /** Asks the Worker of that number. */
  ask(worker: number, path?: string): Promise<{ status: number; json: Record<string, string> }>
  /** All that stands in the broker's storage. */
  stored(): string
  /** Waits until it is so, at the most for so many milliseconds. */
  until(isSo: () => boolean, longest: number): Promise<void>
  /** Ends workerd and starts it again with the storage that it had. */
  restart(): Promise<void>
  close(): Promise<void>
}

export async function startFleet(
  workers: number,
  bindings: Record<string, unknown> = {},
  className: 'WebIdentityTokenBroker' | 'TellingBroker' = 'WebIdentityTokenBroker',
): Promise<Fleet> {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-'))
  const { outputFiles } = await build({
    stdin: { contents: WORKER, loader: 'ts', resolveDir: root },
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:workers'],
    write: false,
  })
  const script = outputFiles[0]?.text ?? ''
  const sts: Sts = { requests: 0, lifetime: 3_600_000, refusal: undefined }
  const told: Fleet['told'] = []
  const start = () =>
    new Miniflare(
      convertV4MiniflareOptions({
        resourcePersistencePath: folder,
        workers: Array.from({ length: workers }, (_, index) => ({
          name: `worker-${index}`,
          modules: true,
          script,
          compatibilityDate: '2026-07-01',
          bindings: {
            AWS_REGION: 'us-east-1',
            AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
            AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
            AUDIENCES: [AUDIENCE, 'another'],
            SEALING_KEYS: btoa('0123456789abcdef0123456789abcdef'),
            ...bindings,
          },
          durableObjects: {
            BROKER: { className, useSQLite: true, scriptName: 'worker-0' },
          },
          async outboundService(request) {
            if (request.url !== LOG) return answer(sts)
            // As the broker of this file wrote it.
            told.push((await request.json()) as Record<string, string>)
            return new WorkerResponse()
          },
        })),
      }),
    )
  let miniflare = start()
  return {
    sts,
    told,
    async idOf(name) {
      const namespace = await miniflare.getDurableObjectNamespace('BROKER', 'worker-0')
      return namespace.idFromName(name).toString()
    },
    async ask(worker, path = '/') {
      const target = await miniflare.getWorker(`worker-${worker}`)
      const response = await target.fetch(`http://localhost${path}`)
      return { status: response.status, json: (await response.json()) as Record<string, string> }
    },
    stored: () =>
      globSync('**/*', { cwd: folder, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
        .join(''),
    async until(isSo, longest) {
      const end = Date.now() + longest
      do await setTimeout(20)
      while (!isSo() && Date.now() < end)
      if (!isSo()) throw new Error(`It was not so within ${longest} ms`)
    },
    async restart() {
      await miniflare.dispose()
      miniflare = start()
    },
    async close() {
      await miniflare.dispose()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/'

function answer(sts: Sts): WorkerResponse {
  sts.requests += 1
  const headers = { 'content-type': 'text/xml', date: new Date().toUTCString() }
  if (sts.refusal !== undefined) {
    const { status, code, message } = sts.refusal
    const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`
    const body = `<ErrorResponse xmlns="${NAMESPACE}">${error}<RequestId>request-1</RequestId></ErrorResponse>`
    return new WorkerResponse(body, { status, headers })
  }
  const token = `eyJhbGciOiJFUzM4NCJ9.${btoa(`{"jti":${sts.requests}}`).replaceAll('=', '')}.c2ln`
  const expiration = new Date(Date.now() + sts.lifetime).toISOString()
  const result = `<WebIdentityToken>${token}</WebIdentityToken><Expiration>${expiration}</Expiration>`
  const body = `<GetWebIdentityTokenResponse xmlns="${NAMESPACE}"><GetWebIdentityTokenResult>${result}</GetWebIdentityTokenResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetWebIdentityTokenResponse>`
  return new WorkerResponse(body, { headers })
}
