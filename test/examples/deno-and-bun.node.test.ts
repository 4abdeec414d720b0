// The examples for Deno and Bun, each started as its README says.

import { afterEach, beforeEach, expect, test } from 'vitest'
import { expectServed, get, openStage, REMEDY, ROLE, run, type Stage, start } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

test.each([
  ['deno-script', 'script.ts'],
  ['deno-deploy', 'main.ts'],
])('Deno checks the types of %s', async (name, file) => {
  const { exitCode, stderr } = await run(name, ['deno', 'check', file])
  expect(exitCode, stderr).toBe(0)
})

test('Deno, as a script', async () => {
  const command = ['deno', 'task', 'start', '/hello', '/bye']
  const { exitCode, stdout, stderr } = await run('deno-script', command, stage.env)
  const answer = JSON.stringify({ hello: ROLE })
  expect(stdout, stderr).toBe(`/hello 200 ${answer}\n/bye 200 ${answer}\n`)
  expect(exitCode).toBe(0)
  expect(stage.visits).toEqual([
    { path: '/hello', subject: ROLE },
    { path: '/bye', subject: ROLE },
  ])
  expect(stage.mints()).toBe(1)
})

test('Deno, as a script that AWS refuses', async () => {
  stage.refuse()
  const { exitCode, stderr } = await run('deno-script', ['deno', 'task', 'start', '/hello'], stage.env)
  expect(stderr).toContain(REMEDY)
  expect(exitCode).toBe(1)
})

test('Deno, as a server', async ({ onTestFinished }) => {
  const server = await start('deno-deploy', ['deno', 'task', 'start'], { ...stage.env, PORT: '0' })
  onTestFinished(() => server.stop())
  await expectServed(stage, () => get(server.url), server.printed)
})

test('Bun', async ({ onTestFinished }) => {
  const server = await start('bun', ['bun', 'index.ts'], { ...stage.env, PORT: '0' })
  onTestFinished(() => server.stop())
  await expectServed(stage, () => get(`${server.url}/hello`), server.printed)
})
