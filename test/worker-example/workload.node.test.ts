// What the policy's `webIdentity` asks of the tokens that callers show, and how their issuers' keys are had.

import { StsClient } from 'aws-web-identity'
import { createEmulator } from 'aws-web-identity/emulator'
import { type ServedEmulator, serve } from 'aws-web-identity/emulator/node'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalWorker } from '../../worker-example/demo/local-worker.ts'
import { AUDIENCE, ask, PRINCIPAL, startWorker, WORKLOAD } from './stage.ts'

const BROKER = 'https://tokens.example.com'

/** Its account is of another organization. */
const OUTSIDER = {
  arn: 'arn:aws:iam::210987654321:role/jobs/nightly',
  accessKeyId: 'ASIAIOSFODNN7OUTSIDE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYOUTSIDEKEY',
  sessionToken: 'session-token-of-the-outsider',
}

/** How far AWS's clock is off, in milliseconds. */
let ahead = 0
const emulator = createEmulator({
  principals: [PRINCIPAL, WORKLOAD, OUTSIDER],
  organization: { id: 'o-a1b2c3d4e5', path: 'o-a1b2c3d4e5/r-ab12/' },
  accounts: [
    { accountId: '210987654321', organization: { id: 'o-z9y8x7w6v5', path: 'o-z9y8x7w6v5/r-zy98/' } },
  ],
  now: () => Date.now() + ahead,
})
/** The paths that were asked for at the issuers. */
const asked: string[] = []

let aws: ServedEmulator
let worker: LocalWorker

beforeAll(async () => {
  aws = await serve({
    ...emulator,
    fetch: (input, init) => {
      const request = new Request(input, init)
      if (request.method === 'GET') asked.push(new URL(request.url).pathname)
      return emulator.fetch(request)
    },
  })
  const issuers = [WORKLOAD, OUTSIDER].map(async (principal) =>
    String(decodeJwt(await minted(principal)).iss),
  )
  const webIdentity = {
    audience: BROKER,
    issuer: await Promise.all(issuers),
    organization: ['o-a1b2c3d4e5'],
    maxTokenAgeSeconds: 90,
  }
  const callers = [
    { name: 'nightly', subjects: [WORKLOAD.arn, OUTSIDER.arn], audiences: [AUDIENCE], algorithms: ['ES384'] },
  ]
  const members = { AWS_ENDPOINT_URL_STS: aws.url }
  worker = await startWorker({ policy: { webIdentity, callers }, members })
}, 30_000)

afterAll(async () => {
  await worker.close()
  await aws.close()
})

async function minted(credentials: typeof WORKLOAD, age = 0): Promise<string> {
  ahead = -age
  const client = new StsClient({ region: 'us-east-1', endpoint: aws.url, credentials })
  const request = { audience: [BROKER], signingAlgorithm: 'ES384', durationSeconds: 300 } as const
  const { webIdentityToken } = await client.getWebIdentityToken(request)
  ahead = 0
  return webIdentityToken
}

const askWith = (token: string) =>
  ask(worker, '/token', { headers: ['Authorization', `Bearer ${token}`], body: { audience: AUDIENCE } })

test('the keys of an issuer are asked for once, however many tokens of it are shown', async () => {
  for (const token of [await minted(WORKLOAD), await minted(WORKLOAD)]) {
    expect(await askWith(token)).toMatchObject({ status: 200 })
  }
  const { pathname } = new URL(String(decodeJwt(await minted(WORKLOAD)).iss))
  expect(asked).toEqual(
    ['openid-configuration', 'jwks.json'].map((name) => `${pathname}/.well-known/${name}`),
  )
})

test('a token that is older than the policy wants opens nothing, though it has not run out', async () => {
  expect(await askWith(await minted(WORKLOAD, 60_000))).toMatchObject({ status: 200 })
  expect(await askWith(await minted(WORKLOAD, 91_000))).toMatchObject({
    status: 401,
    json: { detail: 'The web identity token is not good here: too_old.' },
  })
})

test('a token of another organization opens nothing, though its issuer and its principal are named', async () => {
  expect(await askWith(await minted(OUTSIDER))).toMatchObject({
    status: 401,
    json: { detail: 'The web identity token is not good here: organization.' },
  })
})
