// Programs that find their own credentials and mint with them, each a process of its own, against the emulator.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createEmulator } from 'aws-web-identity/emulator'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const script = join(import.meta.dirname, 'support/mint-by-default-provider.ts')

const ROLE = 'arn:aws:iam::123456789012:role/app/deployer'
const session = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'session/token+with=signs',
}
const emulator = createEmulator({ principals: [{ arn: ROLE, ...session }] })
const expiration = new Date(Date.now() + 3_600_000).toISOString()
const asked: string[] = []

// STS that assumes the role for the one web identity that it trusts, which the emulator does not do yet, and the
// container's endpoint; everything else is the emulator's.
const server = createServer(async (request, response) => {
  const body = await bodyOf(request)
  const action = new URLSearchParams(body).get('Action')
  asked.push(action ?? `${request.method} ${request.url}`)
  if (request.url === '/v2/credentials') {
    const isKnown = request.headers.authorization === 'container secret'
    const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token } = session
    response.writeHead(isKnown ? 200 : 403)
    response.end(JSON.stringify({ AccessKeyId, SecretAccessKey, Token, Expiration: expiration }))
    return
  }
  if (action === 'AssumeRoleWithWebIdentity') {
    const { RoleArn, WebIdentityToken } = Object.fromEntries(new URLSearchParams(body))
    const isKnown = RoleArn === ROLE && WebIdentityToken === 'pod.identity.token'
    response.writeHead(isKnown && request.headers.authorization === undefined ? 200 : 403, {
      'content-type': 'text/xml',
    })
    response.end(assumed)
    return
  }
  const answer = await emulator.fetch(`http://${request.headers.host}${request.url}`, {
    method: request.method ?? 'POST',
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    body,
  })
  response.writeHead(answer.status, [...answer.headers].flat())
  response.end(await answer.text())
})

const assumed = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>${session.accessKeyId}</AccessKeyId><SecretAccessKey>${session.secretAccessKey}</SecretAccessKey><SessionToken>${session.sessionToken}</SessionToken><Expiration>${expiration}</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:pod</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/deployer/pod</Arn></AssumedRoleUser></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

let url = ''
let folder = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on TCP has an address with a port.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  folder = mkdtempSync(join(tmpdir(), 'web-identity-'))
})
afterAll(() => {
  server.close().closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
})

function fileOf(text: string): string {
  const file = join(folder, 'token')
  writeFileSync(file, text)
  return file
}

const programs: [string, () => Record<string, string>, readonly string[]][] = [
  [
    'a pod that has a web identity mints as the role that it assumes',
    () => ({ AWS_WEB_IDENTITY_TOKEN_FILE: fileOf('pod.identity.token\n'), AWS_ROLE_ARN: ROLE }),
    ['AssumeRoleWithWebIdentity', 'GetWebIdentityToken'],
  ],
  [
    'a container mints as its task',
    () => ({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v2/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: fileOf('container secret'),
    }),
    ['GET /v2/credentials', 'GetWebIdentityToken'],
  ],
]

test.each(programs)('%s', async (_, variables, requests) => {
  asked.length = 0
  const env = {
    PATH: process.env['PATH'],
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL_STS: url,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...variables(),
  }
  const { stdout } = await run('node', [script], { env })
  expect(stdout).toBe(`${ROLE}\n`)
  expect(asked).toEqual(requests)
})
