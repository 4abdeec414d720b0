// Whom the Worker takes a visitor of its console for: what it gives the console is tried here, in the Worker itself.

import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { LocalWorker } from '../../worker-example/demo/local-worker.ts'
import { type AccessApplication, AUD, startAccess } from './access-application.ts'
import { policyWith, startWorker, withinOneMinute } from './stage.ts'

let access: AccessApplication
let worker: LocalWorker
const log: string[] = []

beforeAll(async () => {
  access = await startAccess()
  worker = await startWorker({
    policy: policyWith(
      {},
      { access: { team: access.team, audience: AUD }, console: { emails: ['ann@example.com'] } },
    ),
    // As base64url has it, with both of its own characters.
    members: { SEALING_KEYS: Buffer.alloc(32, '-_-_', 'base64url').toString('base64url') },
    onLog: (line) => log.push(line),
  })
}, 60_000)

afterAll(async () => {
  await worker.close()
  await access.close()
})

beforeEach(() => log.splice(0))

const visit = (headers: Record<string, string>, path = '/') => fetch(worker.url + path, { headers })
const asserted = async (email: string, isForged = false) => ({
  'Cf-Access-Jwt-Assertion': await access.sign({ email }, { isForged }),
})

// First, while nobody has had the keys yet.
test('scripts and styles are given without a word with Access; why it can’t be asked is in the log', async () => {
  access.answer(500)
  const headers = await asserted('ann@example.com')
  const before = access.asked()
  for (const name of ['page.js', 'verify.js', 'style.css']) {
    const response = await visit(headers, `/console/${name}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-cache')
    await response.body?.cancel()
  }
  expect(access.asked()).toBe(before)
  expect((await visit(headers)).status).toBe(401)
  expect(access.asked()).toBe(before + 1)
  await vi.waitFor(() => expect(log.join()).toContain('The keys of Cloudflare Access can’t be had now.'))
  access.answer(200)
})

test('who is named by Access’s JWT is let in, and by nothing else that looks like it', async () => {
  expect((await visit(await asserted('ann@example.com'))).status).toBe(200)
  expect((await visit(await asserted('eve@example.com'))).status).toBe(401)
  expect((await visit(await asserted('ann@example.com', true))).status).toBe(401)
  // The log is not to be filled by whoever shows nonsense.
  expect(log.join()).not.toContain('is not good here')
  expect((await visit({ 'Cf-Access-Authenticated-User-Email': 'ann@example.com' })).status).toBe(401)
})

test('who tries secrets is told so often from where, and then no more', async () => {
  let address = ''
  await withinOneMinute(async (attempt) => {
    address = `203.0.113.${attempt}`
    const headers = {
      Origin: worker.url,
      'Content-Type': 'application/x-www-form-urlencoded',
      'Cf-Connecting-Ip': address,
    }
    const tries = Array.from({ length: 70 }, async () => {
      const sent = { method: 'POST', headers, body: 'secret=x' }
      const response = await fetch(`${worker.url}/console/sign-in`, sent)
      await response.body?.cancel()
      return response.status
    })
    const statuses = await Promise.all(tries)
    expect(statuses.filter((status) => status === 401)).toHaveLength(60)
    expect(statuses.filter((status) => status === 429)).toHaveLength(10)
  })
  const told = () => log.map((line) => JSON.parse(line)).filter((line) => line.address === address)
  await vi.waitFor(() => expect(told()).toHaveLength(60))
  expect(new Set(told().map(({ action, verdict }) => `${action} ${verdict}`))).toEqual(
    new Set(['sign-in denied']),
  )
}, 30_000)
