// What the emulator does a second, where its time goes, and that its memory stays flat.
// `node --expose-gc bench/emulator.ts`; see README.md here. `--quick` asks a tenth as much.

import { AwsV4Signer } from 'aws4fetch'
import { createEmulator } from '../src/emulator/index.ts'

const quick = process.argv.includes('--quick')
const CALLS = quick ? 500 : 5_000
const LONG_RUN = quick ? 10_000 : 100_000
const ROUNDS = 5

const role = 'arn:aws:iam::123456789012:role/worker'
const emulator = createEmulator({
  principals: [
    {
      arn: 'arn:aws:iam::123456789012:user/developer',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 's',
    },
    { arn: role },
  ],
})

async function request(parameters: Record<string, string>): Promise<() => Request> {
  const body = String(new URLSearchParams({ Version: '2011-06-15', ...parameters }))
  const signer = new AwsV4Signer({
    method: 'POST',
    url: `${emulator.endpoint}/`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
    ...emulator.credentials,
    service: 'sts',
    region: 'us-east-1',
  })
  const { url, headers } = await signer.sign()
  return () => new Request(url, { method: 'POST', headers, body })
}

async function ask(make: () => Request): Promise<void> {
  const response = await emulator.fetch(make())
  await response.text()
  if (!response.ok) throw new Error(String(response.status))
}

/** Wall-clock microseconds of one, the median over rounds. */
async function time(task: () => Promise<unknown>, calls: number): Promise<number> {
  const rounds: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now()
    for (let call = 0; call < calls; call++) await task()
    rounds.push(((performance.now() - started) * 1000) / calls)
  }
  return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN
}

function heap(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

const mint = (SigningAlgorithm: string) =>
  request({ Action: 'GetWebIdentityToken', 'Audience.member.1': 'https://api.example.com', SigningAlgorithm })
const whoAmI = await request({ Action: 'GetCallerIdentity' })
const es384 = await mint('ES384')
const rs256 = await mint('RS256')
const assume = await request({ Action: 'AssumeRole', RoleArn: role, RoleSessionName: 'session' })

const warm = createEmulator()
await ask(whoAmI)
const startedFirst = performance.now()
await firstToken()
const first = performance.now() - startedFirst

async function firstToken(): Promise<void> {
  const response = await warm.fetch((await mint('ES384'))())
  await response.text()
}

const ec = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, false, ['sign'])
const claims = new Uint8Array(500)
const algorithm = { name: 'ECDSA', hash: 'SHA-384' }
const signing = await time(() => crypto.subtle.sign(algorithm, ec.privateKey, claims), CALLS / 5)

const sixteen = Array.from({ length: 16 })
const rows = [
  ['GetWebIdentityToken, ES384', await time(() => ask(es384), CALLS / 5)],
  ['the same, 16 at a time', (await time(() => Promise.all(sixteen.map(() => ask(es384))), CALLS / 80)) / 16],
  ['of it the signature, `crypto.subtle.sign` alone', signing],
  ['GetWebIdentityToken, RS256', await time(() => ask(rs256), CALLS / 5)],
  ['GetCallerIdentity: all but the token', await time(() => ask(whoAmI), CALLS)],
  ['AssumeRole', await time(() => ask(assume), CALLS)],
] as const

console.log('| request | median, µs | a second |\n| --- | ---: | ---: |')
for (const [name, microseconds] of rows) {
  console.log(`| ${name} | ${microseconds.toFixed(0)} | ${(1e6 / microseconds).toFixed(0)} |`)
}
console.log(`\nA first ES384 token of a new emulator: ${first.toFixed(1)} ms`)

// Fills the log of requests first, which holds the last thousand.
for (let call = 0; call < 3000; call++) await ask(call % 2 === 0 ? whoAmI : assume)
const before = heap()
for (let call = 0; call < LONG_RUN; call++) await ask(call % 2 === 0 ? whoAmI : assume)
const grown = heap() - before
console.log(
  `Heap after ${LONG_RUN.toLocaleString('en')} more requests: ${(grown / 1024).toFixed(0)} KiB more`,
)
if (grown > 4 * 1024 * 1024) throw new Error('The heap has grown')
