// Tokens that are shared through a real Redis: by `unstorage`, by three functions, and by the lock of docs/stores.md,
// which several processes run as it stands there.

import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createEmulator } from 'aws-web-identity/emulator'
import { serve } from 'aws-web-identity/emulator/node'
import { Redis } from 'ioredis'
import { createStorage, type Storage } from 'unstorage'
import redisDriver from 'unstorage/drivers/redis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { markdownBlocks } from '../support/code-blocks.ts'
import { missingRedis, type RedisServer, startRedis } from '../support/redis-server.ts'
import { type Isolate, isolate } from './memory-store.ts'

const missing = missingRedis()
if (missing !== undefined) console.warn(`redis.node.test.ts is skipped: ${missing}`)

describe.skipIf(missing !== undefined)(missing ?? 'with a real Redis', () => {
  let server: RedisServer
  /** Whoever looks at what really lies there. */
  let eye: Redis
  const storages: Storage[] = []

  beforeEach(async () => {
    server = await startRedis()
    eye = new Redis(server.url)
    eye.on('error', () => {}) // it is killed in some tests
  })
  afterEach(async () => {
    for (const storage of storages.splice(0)) await storage.dispose()
    eye.disconnect()
    await server.kill()
  })

  /** A source with a connection of its own, as another process would have. */
  function sharing(options: object = {}): Isolate {
    const storage = createStorage({
      driver: redisDriver({ url: server.url, retryStrategy: () => null, ...options }),
    })
    storages.push(storage)
    return isolate(storage)
  }

  async function theEntry(): Promise<string> {
    const [name, ...others] = await eye.keys('*')
    if (name === undefined || others.length > 0)
      throw new Error(`There are ${others.length + 1} entries or none.`)
    return name
  }

  test('two sources share one token', async () => {
    const first = sharing()
    const token = await first.source.getToken()
    await first.settled()
    const second = sharing()
    expect(await second.source.getToken()).toBe(token)
    expect(second.sts.asked).toEqual([])
  })

  test('Redis itself forgets the entry when the token ends, and cannot read it', async () => {
    const { source, settled } = sharing()
    const token = await source.getToken()
    await settled()
    const name = await theEntry()
    const left = await eye.ttl(name)
    expect(left).toBeGreaterThan(295)
    expect(left).toBeLessThanOrEqual(300)
    expect(await eye.get(name)).not.toContain(token)
  })

  test('a token that is invalidated is gone', async () => {
    const { source, settled } = sharing()
    const token = await source.getToken()
    await settled()
    await source.invalidate(token)
    expect(await eye.dbsize()).toBe(0)
  })

  test('an entry that somebody edited is replaced', async () => {
    const first = sharing()
    await first.source.getToken()
    await first.settled()
    const name = await theEntry()
    await eye.append(name, 'AAAA')
    const second = sharing()
    expect(await second.source.getToken()).toBe(second.sts.minted[0])
    await second.settled()
    expect(await sharing().source.getToken()).toBe(second.sts.minted[0])
  })

  test('an entry of another type is nobody’s fault', async () => {
    const first = sharing()
    await first.source.getToken()
    await first.settled()
    const name = await theEntry()
    await eye.del(name)
    await eye.lpush(name, 'a list')
    const second = sharing()
    expect(await second.source.getToken()).toBe(second.sts.minted[0])
    expect(second.events[0]).toEqual({ type: 'store_failed', action: 'get', reason: 'error' })
  })

  test('a Redis that is killed fails nobody', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {}) // ioredis says so itself
    const { source, sts, events, settled } = sharing()
    const first = await source.getToken()
    await settled()
    await server.kill()
    expect(await source.getToken()).toBe(first)
    await source.invalidate(first)
    const began = performance.now()
    expect(await source.getToken()).toBe(sts.minted[1])
    expect(performance.now() - began).toBeLessThan(1500)
    await settled()
    expect(events.filter(({ type }) => type === 'store_failed').length).toBeGreaterThan(1)
    // Who starts now mints, too.
    const second = sharing()
    expect(await second.source.getToken()).toBe(second.sts.minted[0])
    await second.settled()
    vi.restoreAllMocks()
  })

  test('a Redis that is full fails nobody', async () => {
    const { source, sts, events, settled } = sharing()
    await eye.config('SET', 'maxmemory', '1')
    expect(await source.getToken()).toBe(sts.minted[0])
    await settled()
    expect(events.at(-1)).toEqual({ type: 'store_failed', action: 'set', reason: 'error' })
  })

  test('a Redis that hangs holds nobody up for long', async () => {
    const { source, sts, events } = sharing()
    // For longer than the test runs.
    await eye.client('PAUSE', 60_000, 'ALL')
    const began = performance.now()
    expect(await source.getToken()).toBe(sts.minted[0])
    expect(performance.now() - began).toBeLessThan(1500)
    expect(events[0]).toEqual({ type: 'store_failed', action: 'get', reason: 'timeout' })
  })

  describe('the lock of docs/stores.md', () => {
    const run = promisify(execFile)
    const root = join(import.meta.dirname, '../..')
    const LOCK = 'web-identity-lock:arn:aws:iam::123456789012:role/web:https://api.example.com'
    const emulator = createEmulator()
    /** How many tokens were minted. */
    let mints = 0
    /** Of how many requests STS will fail. */
    let failures = 0
    let sts: { url: string; close(): Promise<void> }
    let folder = ''

    beforeAll(async () => {
      sts = await serve({
        ...emulator,
        fetch: async (input, init) => {
          // Long enough that all processes ask while one mints.
          await new Promise((resolve) => setTimeout(resolve, 300))
          if (failures > 0) {
            failures -= 1
            return new Response('', { status: 400 })
          }
          mints += 1
          return emulator.fetch(input, init)
        },
      })
      const [block, ...others] = markdownBlocks().filter(({ kind }) => kind === 'fleet')
      if (block === undefined || others.length > 0) throw new Error('There must be one block for fleet.')
      mkdirSync(join(root, 'test/.examples'), { recursive: true })
      folder = mkdtempSync(join(root, 'test/.examples/'))
      const here = `region: 'eu-central-1', endpoint: '${sts.url}'`
      writeFileSync(join(folder, 'fleet.ts'), block.code.replace(`region: 'eu-central-1'`, here))
      // They are all loaded before the first one asks.
      writeFileSync(
        join(folder, 'process.ts'),
        `import { source } from './fleet.ts'
        await new Promise((resolve) => setTimeout(resolve, Number(process.env.BEGIN) - Date.now()))
        const { webIdentityToken } = await source.get()
        console.log(webIdentityToken)
        setTimeout(() => process.exit(), 500)`,
      )
    })
    beforeEach(() => {
      mints = 0
      failures = 0
    })
    afterAll(async () => {
      await sts.close()
      rmSync(folder, { recursive: true, force: true })
    })

    /** Starts so many processes at once; gives what each of them got, which is nothing where it failed. */
    async function processes(count: number): Promise<string[]> {
      const env = {
        ...process.env,
        BEGIN: `${Date.now() + 2000}`,
        REDIS_URL: server.url,
        SEALING_KEY: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
        AWS_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: emulator.credentials.secretAccessKey,
      }
      const all = Array.from({ length: count }, () =>
        run('node', [join(folder, 'process.ts')], { cwd: root, env }),
      )
      return (await Promise.allSettled(all)).map((each) =>
        each.status === 'fulfilled' ? each.value.stdout.trim() : '',
      )
    }

    test('makes it one mint for all who start at once', async () => {
      const tokens = await processes(5)
      expect(tokens[0]).toMatch(/^eyJ/)
      expect(new Set(tokens).size).toBe(1)
      expect(mints).toBe(1)
      // And who starts later finds it.
      expect(await processes(1)).toEqual([tokens[0]])
      expect(mints).toBe(1)
    }, 30_000)

    test('is let go when a mint fails, and ends by itself when its holder died', async () => {
      failures = 1
      await eye.set(LOCK, 'somebody who died', 'PX', 4000)
      const tokens = await processes(3)
      // Whose mint failed has the error; of the others one mints.
      expect(tokens.filter((token) => token === '')).toHaveLength(1)
      expect(new Set(tokens).size).toBe(2)
      expect(mints).toBe(1)
    }, 30_000)

    test('is not needed: without Redis each one mints', async () => {
      await server.kill()
      const tokens = await processes(2)
      expect(new Set(tokens).size).toBe(2)
      expect(mints).toBe(2)
    }, 30_000)
  })
})
