// What `npm run dev` starts, and what it tells while it runs. wrangler itself builds and runs the Workers, as `wrangler dev`
// does: that command can't be given another policy than wrangler.toml's, as wrangler 4.155 passes over its `--alias`.

import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseJson } from '../check-policy/parse-json.ts'
import { endWhenTold } from '../demo/endings.ts'
import { type LocalWorker, startLocalWorker } from '../demo/local-worker.ts'
import { Report } from '../demo/report.ts'
import { checkPolicy } from '../policy/check-policy.ts'
import { startApi } from './api.ts'
import { type Aws, startAws } from './aws.ts'
import { breakingCommands, CONSOLE_SECRET, callingCommands, policyCommands } from './commands.ts'
import { shortLine } from './log-line.ts'
import { followPolicy } from './policy-file.ts'

const POLICY = fileURLToPath(new URL('policy.json', import.meta.url))
const CALLER = fileURLToPath(new URL('caller-worker/wrangler.toml', import.meta.url))

/** Starts all of it and stays, until the process is told to end. @param policy the file of another policy */
export async function develop({ policy = POLICY }: { readonly policy?: string }): Promise<void> {
  endWhenTold()
  const folder = mkdtempSync(join(tmpdir(), 'broker-dev-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const report = new Report(process.stdout)
  try {
    report.heading('The token broker, with an emulator in the place of AWS')
    report.line('It starts …')
    const aws = await startAws((request) => report.request(request))
    const api = await startApi(aws.issuer)
    const broker = await startBroker(report, aws, resolve(policy), folder)
    const caller = await startLocalWorker({
      config: callerIn(folder),
      vars: {},
      secrets: {},
      preferredPort: 8788,
      registry: registryIn(folder),
      onLog: (message) => report.line(`   caller Worker: ${shortLine(message)}`),
      watch: watching(report, 'The caller Worker'),
    })
    const stand = { broker: broker.url, caller: caller.url, api: api.url, aws, policy: resolve(policy) }
    for (const [who, url, port] of [
      ['The broker', broker.url, 8787],
      ['The caller Worker', caller.url, 8788],
      ['The emulator', aws.url, 4566],
    ] as const) {
      if (new URL(url).port !== String(port))
        report.line(`   ${who} has another port than ${port}, which is taken.`)
    }
    report.line()
    report.rows([
      ['broker', broker.url],
      ['console', consoleOf(broker, resolve(policy))],
      ['caller Worker', `${caller.url}/`],
      ['example API', `${api.url}/`],
      ['AWS', `${aws.url}/: a page that shows who asked, and what decided`],
      ['issuer', aws.issuer],
      ['policy', resolve(policy)],
    ])
    report.commands(callingCommands(stand), 'Get a token, in another terminal, in this folder:')
    report.commands(
      policyCommands(stand),
      'Change who may have what. The broker takes the policy anew when it is saved:',
    )
    report.commands(breakingCommands(stand), 'Break AWS, and mend it:')
    report.line('Ctrl-C ends it. Who asks is told here:')
    await new Promise(() => {})
  } catch (error) {
    console.error(`\nIt failed: ${error instanceof Error ? error.message : error}`)
    process.exit(1)
  }
}

function startBroker(report: Report, aws: Aws, file: string, folder: string): Promise<LocalWorker> {
  return startLocalWorker({
    policy: followPolicy({ file, issuer: aws.issuer, folder, tell: (line) => report.line(`   ${line}`) }),
    vars: { AWS_REGION: aws.region, AWS_ENDPOINT_URL_STS: aws.url },
    // As long as it runs.
    secrets: { ...aws.worker, SEALING_KEYS: randomBytes(32).toString('base64') },
    preferredPort: 8787,
    registry: registryIn(folder),
    onLog: (message) => report.line(`   ${shortLine(message)}`),
    watch: watching(report, 'The broker'),
  })
}

// The policy may be another one, or have been edited. As localhost, where browsers
// keep a cookie that is `Secure`.
function consoleOf({ url }: LocalWorker, file: string): string {
  const { secrets = [] } = checkPolicy(parseJson(readFileSync(file, 'utf8'))).console
  if (secrets.length === 0) return 'switched off, as the policy has no secret for it'
  const hash = createHash('sha256').update(CONSOLE_SECRET).digest('hex')
  const secret = secrets.some(({ sha256 }) => sha256 === hash)
    ? `the secret ${CONSOLE_SECRET}`
    : 'a secret of the policy’s'
  return `${url.replace('127.0.0.1', 'localhost')}/, with ${secret}`
}

// Its configuration elsewhere: wrangler keeps its drafts of a Worker beside that, where it would take them for changes of the broker.
function callerIn(folder: string): string {
  const config = readFileSync(CALLER, 'utf8').replace(/^main = "(.*)"$/m, (_, main) => {
    return `main = ${JSON.stringify(join(dirname(CALLER), main))}`
  })
  mkdirSync(join(folder, 'caller'))
  const file = join(folder, 'caller', 'wrangler.toml')
  writeFileSync(file, config)
  return file
}

// Of this run alone: another one, or another project, may have Workers of the same names.
function registryIn(folder: string): string {
  return join(folder, 'registry')
}

function watching(report: Report, who: string) {
  return {
    onReload: () => report.line(`   ${who} was built anew.`),
    // wrangler lets requests wait.
    onFailure: (reason: string) => report.line(`   ${who} waits until it can be built again: ${reason}`),
  }
}
