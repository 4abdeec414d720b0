// The way of a token, step by step: the emulator, the Worker, its broker's signed request to STS, the token, its
// verification by what any receiver has (OpenID Connect Discovery 1.0 and RFC 7517's key set), and a fleet that asks.

import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import {
  createEmulator,
  type Emulator,
  type EmulatorOptions,
  type EmulatorRequest,
} from 'aws-web-identity/emulator'
import { serve } from 'aws-web-identity/emulator/node'
import { createRemoteJWKSet, type JWTVerifyResult, jwtVerify } from 'jose'
import { type Bindings, startFleet } from './fleet.ts'
import { startLocalWorker } from './local-worker.ts'
import { makePolicy } from './make-policy.ts'
import { type Command, type Report, type Row, showDuration } from './report.ts'

/** What the demonstration plays on. */
export interface Stage {
  /** Options of the emulator. */
  readonly emulator?: EmulatorOptions
  /** The STS that the Worker asks, in place of the emulator. */
  readonly stsUrl?: string
}

const REGION = 'us-east-1'
const AUDIENCE = 'https://api.example.com'
const TAG = { key: 'team', value: 'web' }
const CALLERS = 200
const ISOLATES = 4

/** Shows each step, hands over what it opened, and gives the commands to try. @throws where a step fails. */
export async function demonstrate(
  report: Report,
  resources: AsyncDisposableStack,
  stage: Stage,
): Promise<Command[]> {
  const started = performance.now()
  report.heading('An AWS identity in, a short-lived signed JWT out')

  const requests: EmulatorRequest[] = []
  let isOver = false
  const onRequest = (request: EmulatorRequest) => {
    if (isOver) report.request(request)
    else requests.push(request)
  }
  const emulator = createEmulator({ ...stage.emulator, onRequest })
  const [served, serving] = await timed(() => serve(emulator))
  resources.defer(() => served.close())
  report.step('The emulator stands in for AWS: STS, and the account’s token issuer', serving, [
    ['STS', served.url],
    ['issuer', emulator.issuer],
  ])

  const { tokenSecret, consoleSecret, policy, file } = makePolicy({ audience: AUDIENCE, tagKey: TAG.key })
  const secrets = { ...secretsOf(emulator), SEALING_KEYS: randomBytes(32).toString('base64') }
  const vars = { AWS_REGION: REGION, AWS_ENDPOINT_URL_STS: stage.stsUrl ?? served.url }
  const log: string[] = []
  const [worker, starting] = await timed(() =>
    startLocalWorker({
      policy: file,
      vars,
      secrets,
      preferredPort: 8787,
      onLog: (message) => log.push(message),
    }),
  )
  resources.defer(() => worker.close())
  report.step(
    'The Worker starts in workerd, as wrangler.toml has it, with a policy of one caller',
    starting,
    [
      ['address', worker.url],
      ['the caller', `shows a secret, and may have tokens for ${AUDIENCE}`],
    ],
  )

  const url = new URL('/token', worker.url)
  const asked = { audience: AUDIENCE, tags: [TAG] }
  const [answered, asking] = await timed(() => ask(url, tokenSecret, asked))
  if (!answered.ok)
    throw new Error(`the Worker answered ${answered.status}: ${answered.text}${await told(log)}`)
  const { webIdentityToken, expiration } = JSON.parse(answered.text)
  report.step('Somebody with the caller’s secret asks the Worker for a token', asking, [
    ['request', `POST ${url.pathname} ${JSON.stringify(asked)}`],
    ['answer', `${answered.status}, a token of ${webIdentityToken.length} characters`],
  ])

  const [request] = requests
  if (request === undefined) throw new Error('the emulator saw no request')
  report.step(
    'The Worker’s broker signed a request to STS, which knew the caller by it',
    request.durationMs,
    [
      ['who called', request.callerArn ?? 'nobody'],
      ['operation', `${request.operation} → ${request.statusCode}`],
      ['what was signed', `AWS4-HMAC-SHA256 of the body and ${request.signedHeaders?.join(', ')}`],
      ['for', request.credentialScope ?? '-'],
      ['request id', request.requestId],
    ],
  )

  const [{ jwksUri, verified }, verifying] = await timed(() => verify(webIdentityToken, emulator.issuer))
  report.step('A receiver verifies the token with plain jose, from the issuer’s published keys', verifying, [
    ['keys', jwksUri],
    ['header', showJson(verified.protectedHeader)],
    ...claimRows(verified),
    ['expires', `${expiration}, in ${secondsUntil(expiration)} s`],
  ])
  const before = requests.length
  const [tokens, serving200] = await timed(() => askFleet(policy, tokenSecret, { ...vars, ...secrets }))
  report.step('A fleet asks: its broker, a Durable Object, mints once for all isolates', serving200, [
    ['callers', `${CALLERS} in ${ISOLATES} isolates`],
    ['tokens', `${tokens.length}, of which ${new Set(tokens).size} different`],
    ['requests to STS', String(requests.length - before)],
  ])

  report.line(`\nAll of it took ${showDuration(performance.now() - started)}.`)
  isOver = true
  return commandsFor({ url, tokenSecret, consoleSecret, emulator, stsUrl: served.url })
}

async function askFleet(policy: object, tokenSecret: string, bindings: Bindings): Promise<string[]> {
  const fleet = await startFleet({ isolates: ISOLATES, policy, bindings })
  try {
    const body = { audience: AUDIENCE, tags: [{ key: TAG.key, value: 'fleet' }] }
    const answers = Array.from({ length: CALLERS }, (_, index) =>
      fleet.ask(index % ISOLATES, '/token', inputFor(tokenSecret, body)),
    )
    return (await Promise.all(answers)).map((text) => JSON.parse(text).webIdentityToken)
  } finally {
    await fleet.close()
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[result: T, milliseconds: number]> {
  const started = performance.now()
  const result = await work()
  return [result, performance.now() - started]
}

function secretsOf({ credentials }: Emulator): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
  }
}

async function ask(url: URL, tokenSecret: string, body: object) {
  const response = await fetch(url, inputFor(tokenSecret, body))
  return { ok: response.ok, status: response.status, text: await response.text() }
}

function inputFor(tokenSecret: string, body: object) {
  return {
    method: 'POST',
    headers: { authorization: `Bearer ${tokenSecret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
}

// What the Worker logged, which comes by a way of its own, a moment after the answer.
async function told(log: readonly string[]): Promise<string> {
  for (let waited = 0; log.length === 0 && waited < 1000; waited += 20) await setTimeout(20)
  return log.map((message) => `\nIts log: ${message}`).join('')
}

// The receiver knows whom it trusts: the issuer is pinned, and not taken from the token.
async function verify(
  token: string,
  issuer: string,
): Promise<{ jwksUri: string; verified: JWTVerifyResult }> {
  const discovery = await fetch(`${issuer}/.well-known/openid-configuration`)
  const { jwks_uri: jwksUri } = (await discovery.json()) as { jwks_uri: string } // the emulator's own document
  const keys = createRemoteJWKSet(new URL(jwksUri))
  const verified = await jwtVerify(token, keys, { issuer, audience: AUDIENCE, algorithms: ['ES384'] })
  return { jwksUri, verified }
}

// The claims of AWS stand below the name that they share.
function claimRows({ payload }: JWTVerifyResult): Row[] {
  return Object.entries(payload).flatMap(([name, value]): Row[] => {
    if (name === 'iat' || name === 'exp')
      return [[name, `${value}, ${new Date(Number(value) * 1000).toISOString()}`]]
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[name, showJson(value)]]
    const below = Object.entries(value).map(([inner, text]): Row => [`  ${inner}`, showJson(text)])
    return [[name, ''], ...below]
  })
}

function showJson(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function secondsUntil(time: string): number {
  return Math.round((Date.parse(time) - Date.now()) / 1000)
}

function commandsFor(stage: {
  url: URL
  tokenSecret: string
  consoleSecret: string
  emulator: Emulator
  stsUrl: string
}): Command[] {
  const input = {
    Audience: [AUDIENCE],
    SigningAlgorithm: 'ES384',
    Tags: [{ Key: TAG.key, Value: TAG.value }],
  }
  const { AWS_SESSION_TOKEN = '', ...keys } = secretsOf(stage.emulator)
  // An empty session token hides one that the shell may hold.
  const environment = { AWS_ENDPOINT_URL_STS: stage.stsUrl, ...keys, AWS_SESSION_TOKEN }
  const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  // Another token than the one above, which the Worker still has.
  const body = JSON.stringify({ audience: AUDIENCE, tags: [{ key: TAG.key, value: 'you' }] })
  const shown = [`-H 'Authorization: Bearer ${stage.tokenSecret}'`, `-H 'Content-Type: application/json'`]
  return [
    {
      purpose: 'a token from the Worker; the second time STS is not asked',
      command: `curl ${shown.join(' ')} -d '${body}' ${stage.url}`,
    },
    {
      purpose: `the console, in a browser: sign in with ${stage.consoleSecret}`,
      command: new URL('/', stage.url).href.replace('127.0.0.1', 'localhost'),
    },
    {
      purpose: 'a token from the emulator, by AWS’s own client',
      // The CLI of version 1 would fetch `--audience https://…` and send what it found there.
      command: `${assignments.join(' ')} aws sts get-web-identity-token --region ${REGION} --cli-input-json '${JSON.stringify(input)}'`,
    },
  ]
}
