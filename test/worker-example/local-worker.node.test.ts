// What a Worker that is started here is given: nothing but what it was started with.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startLocalWorker } from '../../worker-example/demo/local-worker.ts'

test.each(['.env', '.dev.vars', '.env.local'])(
  'real credentials in %s are not its',
  async (file) => {
    const folder = await mkdtemp(join(tmpdir(), 'worker-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const config = join(folder, 'wrangler.toml')
    await Promise.all([
      writeFile(config, 'name = "shows"\nmain = "shows.js"\ncompatibility_date = "2026-09-01"\n'),
      writeFile(
        join(folder, 'shows.js'),
        'export default { fetch: (_, { GIVEN, AWS_SESSION_TOKEN }) => Response.json({ GIVEN, AWS_SESSION_TOKEN }) }',
      ),
      writeFile(join(folder, file), 'GIVEN="real"\nAWS_SESSION_TOKEN="real"\n'),
    ])
    const worker = await startLocalWorker({ config, vars: {}, secrets: { GIVEN: 'of the test' } })
    try {
      expect(await (await fetch(worker.url)).json()).toEqual({ GIVEN: 'of the test' })
    } finally {
      await worker.close()
    }
  },
  20_000,
)
