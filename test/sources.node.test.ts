// The sources, not the build, run as they are in each runtime that takes TypeScript.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const script = join(import.meta.dirname, 'support/mint-from-sources.ts')

test.each([
  ['node', [script]],
  ['deno', ['run', '--no-remote', '--allow-env', script]],
  ['bun', ['run', script]],
])(
  '%s runs the sources as they are',
  async (runtime, options) => {
    const { stdout } = await run(runtime, options)
    expect(stdout).toBe('arn:aws:iam::123456789012:user/developer\n')
  },
  60_000,
)
