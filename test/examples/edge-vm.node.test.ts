// The edge function in the virtual machine that Vercel publishes for this, bundled into one script.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterEach, beforeEach, test } from 'vitest'
import { expectNoSecret, expectServed, folderOf, openStage, type Stage } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

/** Of `@edge-runtime/vm`, which is installed with the examples. */
interface EdgeVm {
  evaluate(code: string): unknown
}
type EdgeVmConstructor = new (options: { extend: (context: object) => object }) => EdgeVm

test('the edge function', async () => {
  const { outputFiles } = await build({
    entryPoints: [join(folderOf('vercel-edge'), 'api/hello.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'edgeFunction',
    platform: 'browser',
    conditions: ['edge-light'],
    target: 'es2022',
  })
  const { EdgeVM } = createRequire(join(folderOf('vercel-edge'), 'package.json'))('@edge-runtime/vm') as {
    EdgeVM: EdgeVmConstructor
  }
  const log: string[] = []
  const vm = new EdgeVM({
    extend: (context) =>
      Object.assign(context, {
        // Vercel gives edge functions the variables by this name, and nothing else of Node's `process`.
        process: { env: stage.env },
        console: { error: (...words: unknown[]) => log.push(words.join(' ')) },
      }),
  })
  vm.evaluate(outputFiles.map(({ text }) => text).join('\n'))
  const ask = async () => {
    // What the function is said to give.
    const answer = (await vm.evaluate(
      'edgeFunction.default(new Request("http://localhost/api/hello"))',
    )) as Response
    return { status: answer.status, body: await answer.json() }
  }
  await expectServed(stage, ask, () => log.join('\n'))
  expectNoSecret(log.join('\n'))
})
