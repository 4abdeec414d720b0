// Whether wrangler takes wrangler.toml as it is: the types that were generated from it are those of today, and it bundles.
// It sends nothing, and says nothing where all is well.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

// As package.json's `types:worker` writes them.
const types = [
  'types',
  '--include-runtime=false',
  '--env-interface=WorkerEnv',
  'worker-example/worker-configuration.d.ts',
]

const checks = [
  {
    arguments_: [...types, '--check'],
    remedy: 'Run `npm run types:worker`.',
  },
  { arguments_: ['deploy', '--dry-run'], remedy: 'So would `npx wrangler deploy`.' },
]

const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', NO_COLOR: '1' }

for (const { arguments_, remedy } of checks) {
  try {
    await run('wrangler', arguments_, { env })
  } catch (error) {
    // execFile gives its error what the program wrote.
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    process.stderr.write(
      `wrangler ${arguments_.join(' ')} fails. ${remedy}\n${stdout ?? error}${stderr ?? ''}`,
    )
    process.exitCode = 1
  }
}
