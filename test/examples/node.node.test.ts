// The script and the Lambda function, in the versions of Node.js in which people run them.

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { folderOf, openStage, REMEDY, ROLE, run, type Stage } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

const runtimes = [
  ['24', process.execPath],
  ['22', join(inject('examples'), 'node_modules/node-22/bin/node')],
] as const

describe.each(runtimes)('in Node.js %s', (version, node) => {
  test('it is that version', async () => {
    expect((await run('node-script', [node, '--version'])).stdout).toMatch(`v${version}.`)
  })

  test('the script calls the API as often as it is told, with one token', async () => {
    const { exitCode, stdout } = await run('node-script', [node, 'script.ts', '/hello', '/bye'], stage.env)
    const answer = JSON.stringify({ hello: ROLE })
    expect(stdout).toBe(`/hello 200 ${answer}\n/bye 200 ${answer}\n`)
    expect(exitCode).toBe(0)
    expect(stage.visits).toEqual([
      { path: '/hello', subject: ROLE },
      { path: '/bye', subject: ROLE },
    ])
    expect(stage.mints()).toBe(1)
  })

  test('the script says what to do where AWS refuses', async () => {
    stage.refuse()
    const { exitCode, stderr } = await run('node-script', [node, 'script.ts', '/hello'], stage.env)
    expect(stderr).toContain(REMEDY)
    expect(exitCode).toBe(1)
  })

  test('the script shows its token to no other host', async () => {
    const elsewhere = `${stage.api.replace('127.0.0.1', 'localhost')}/hello`
    const { stdout } = await run('node-script', [node, 'script.ts', elsewhere], stage.env)
    expect(stdout).toContain('401')
    expect(stage.mints()).toBe(0)
  })

  test('the Lambda function keeps its token from one invocation to the next', async () => {
    const { stdout, exitCode } = await invoke(node, 2)
    expect(JSON.parse(stdout)).toEqual(
      Array(2).fill({ status: 200, answer: JSON.stringify({ hello: ROLE }) }),
    )
    expect(exitCode).toBe(0)
    expect(stage.visits).toEqual(Array(2).fill({ path: '/hello', subject: ROLE }))
    expect(stage.mints()).toBe(1)
  })

  test('the Lambda function fails, and its log says why, where AWS refuses', async () => {
    stage.refuse()
    const { exitCode, stderr } = await invoke(node, 1)
    expect(stderr).toContain(REMEDY)
    expect(exitCode).toBe(1)
  })
})

// As `npm run build` of the example bundles it, and as Lambda calls it: loaded once, called for each invocation.
async function invoke(node: string, times: number) {
  const bundle = join(folderOf('aws-lambda'), `dist/${crypto.randomUUID()}.mjs`)
  await build({
    entryPoints: [join(folderOf('aws-lambda'), 'handler.ts')],
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    outfile: bundle,
    logLevel: 'silent',
  })
  const program = `
    const { handler } = await import(${JSON.stringify(pathToFileURL(bundle))})
    const answers = []
    for (let time = 0; time < ${times}; time++) answers.push(await handler({}, {}))
    console.log(JSON.stringify(answers))`
  return run('aws-lambda', [node, '--input-type=module', '--eval', program], stage.env)
}
