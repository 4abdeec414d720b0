// The Workers that docs/stores.md shows: two of them share one mint in real workerd, through its KV and its cache.

import { join } from 'node:path'
import { createEmulator } from 'aws-web-identity/emulator'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare, Response as WorkerResponse } from 'miniflare'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { StsClient } from '../../src/index.ts'
import { slotOf } from '../../src/token-source/slot.ts'
import { markdownBlocks } from '../support/code-blocks.ts'

const root = join(import.meta.dirname, '../..')
const blockFor = (kind: string): string => {
  const [block, ...others] = markdownBlocks().filter((each) => each.kind === kind)
  if (block === undefined || others.length > 0) throw new Error(`There must be one block for ${kind}.`)
  return block.code
}

describe('two Workers', () => {
  const emulator = createEmulator()
  const sts = new StsClient({ region: 'eu-central-1', credentials: emulator.credentials })
  /** The entry of what the documentation's Workers ask for. */
  const ENTRY = {
    kind: 'web-identity-token',
    distinguish: async () => [
      await sts.describeCaller(),
      undefined,
      ['https://api.example.com'],
      'ES384',
      undefined,
      undefined,
    ],
  }

  /** What the receiver of the tokens got, and how many tokens STS was asked for. */
  async function startTwo(code: string) {
    const received: (string | null)[] = []
    let mints = 0
    const { outputFiles } = await build({
      stdin: { contents: code, loader: 'ts', resolveDir: root },
      bundle: true,
      format: 'esm',
      external: ['cloudflare:workers'],
      conditions: ['workerd', 'worker', 'browser'],
      write: false,
    })
    const worker = (name: string) => ({
      name,
      modules: true,
      script: outputFiles[0]?.text ?? '',
      compatibilityDate: '2026-07-01',
      kvNamespaces: { TOKENS: 'tokens' },
      bindings: {
        SEALING_KEY: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: emulator.credentials.secretAccessKey,
      },
      async outboundService(request: WorkerRequest) {
        if (!new URL(request.url).hostname.endsWith('.amazonaws.com')) {
          received.push(request.headers.get('authorization'))
          return new WorkerResponse('ok')
        }
        mints += 1
        const { method, url, headers } = request
        const answer = await emulator.fetch(
          new Request(url, { method, headers: [...headers], body: await request.text() }),
        )
        return new WorkerResponse(await answer.text(), {
          status: answer.status,
          headers: [...answer.headers],
        })
      },
    })
    const miniflare = new Miniflare(
      convertV4MiniflareOptions({ workers: [worker('first'), worker('second')] }),
    )
    onTestFinished(() => miniflare.dispose())
    const call = async (name: string) => {
      const { fetch } = await miniflare.getWorker(name)
      const response = await fetch('http://localhost/')
      expect(await response.text()).toBe('ok')
    }
    return { call, received, mints: () => mints, miniflare }
  }

  /** As much as is used of the request that miniflare hands out. */
  interface WorkerRequest {
    readonly method: string
    readonly url: string
    readonly headers: { get(name: string): string | null } & Iterable<[string, string]>
    text(): Promise<string>
  }

  test('share one mint through KV', async () => {
    const { call, received, mints, miniflare } = await startTwo(blockFor('kvworker'))
    await call('first')
    const namespace = await miniflare.getKVNamespace('TOKENS', 'second')
    // Nobody waits for the write.
    await vi.waitFor(async () => expect((await namespace.list()).keys).toHaveLength(1), 5000)
    await call('second')
    expect(received[0]).toMatch(/^Bearer eyJ/)
    expect(received).toEqual([received[0], received[0]])
    expect(mints()).toBe(1)
  })

  test('share one mint through the Cache API, under a host that nobody can have', async () => {
    const { call, received, mints, miniflare } = await startTwo(blockFor('cacheworker'))
    await call('first')
    const caches = await miniflare.getCaches()
    const entry = `https://aws-web-identity.invalid/${encodeURIComponent(await slotOf(ENTRY))}`
    await vi.waitFor(async () => expect(await caches.default.match(entry)).toBeDefined(), 5000)
    await call('second')
    expect(received[0]).toMatch(/^Bearer eyJ/)
    expect(received).toEqual([received[0], received[0]])
    expect(mints()).toBe(1)
  })
})
