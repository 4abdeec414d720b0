// The route handler in real Next.js, from its build for production.

import { afterEach, beforeEach, expect, test } from 'vitest'
import { expectServed, get, openStage, run, type Stage, start } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

test('Next.js, built and started', async ({ onTestFinished }) => {
  const next = [process.execPath, '../node_modules/next/dist/bin/next']
  // The build has no credentials and no API, as in CI. It checks the types as well.
  const built = await run('nextjs', [...next, 'build'])
  expect(built.exitCode, built.stdout + built.stderr).toBe(0)
  const server = await start('nextjs', [...next, 'start', '--port', '0'], stage.env)
  onTestFinished(() => server.stop())
  await expectServed(stage, () => get(`${server.url}/api/hello`), server.printed)
})
