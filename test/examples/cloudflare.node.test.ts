// The two Workers in real workerd, bundled and configured by wrangler from their own wrangler.jsonc.

import { join } from 'node:path'
import { afterEach, beforeEach, expect, type TestContext, test } from 'vitest'
import { startLocalWorker } from '../../worker-example/demo/local-worker.ts'
import { expectNoSecret, expectServed, folderOf, get, openStage, type Stage } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

async function startWorker(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  name: string,
  settings: { readonly AUDIENCES?: readonly string[] } = {},
) {
  const log: string[] = []
  const { API_URL = '', AWS_REGION = '', AWS_ENDPOINT_URL_STS = '', ...keys } = stage.env
  const { url, close } = await startLocalWorker({
    config: join(folderOf(name), 'wrangler.jsonc'),
    vars: { API_URL, AWS_REGION, AWS_ENDPOINT_URL_STS, ...settings },
    secrets: { ...keys, SEALING_KEYS: btoa('the-key-that-seals-what-is-store') },
    onLog: (message) => log.push(message),
  })
  const printed = () => log.join('\n')
  onTestFinished(async () => {
    await close()
    expectNoSecret(printed())
  })
  return { url, printed }
}

test('the Worker', async (context) => {
  const { url, printed } = await startWorker(context, 'cloudflare-worker')
  await expectServed(stage, () => get(url), printed)
})

test('the Worker with a broker', async (context) => {
  const { url, printed } = await startWorker(context, 'cloudflare-broker', { AUDIENCES: [stage.api] })
  await expectServed(stage, () => get(url), printed)
})

test('the Worker with a broker whose list lacks the API says so', async (context) => {
  const { url, printed } = await startWorker(context, 'cloudflare-broker')
  expect(await get(url)).toEqual({ status: 502, body: { error: 'invalid_input' } })
  await expect.poll(printed).toContain('audience')
  expect(stage.visits).toEqual([])
})
