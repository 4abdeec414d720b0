// JWTs that Cloudflare Access would not sign, by its own key: whoever shows one is refused, and it is no fault of Access.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalWorker } from '../../worker-example/demo/local-worker.ts'
import { type AccessApplication, AUD, startAccess } from './access-application.ts'
import { AUDIENCE, ask, type Sts, startSts, startWorker } from './stage.ts'

let sts: Sts
let access: AccessApplication
let worker: LocalWorker

beforeAll(async () => {
  ;[sts, access] = await Promise.all([startSts(), startAccess({ isAlgorithmNamed: false })])
  const policy = {
    access: { team: access.team, audience: AUD },
    callers: [{ name: 'people', access: { emails: ['ann@example.com'] }, audiences: [AUDIENCE] }],
  }
  worker = await startWorker({ policy, members: { AWS_ENDPOINT_URL_STS: sts.url } })
}, 30_000)

afterAll(async () => {
  await worker.close()
  await Promise.all([sts.close(), access.close()])
})

function claims(): string {
  const now = Math.floor(Date.now() / 1000)
  const own = { iss: access.team, aud: [AUD], email: 'ann@example.com' }
  return JSON.stringify({ ...own, iat: now, nbf: now, exp: now + 3600 })
}

const askWith = (assertion: string) =>
  ask(worker, '/token', { headers: ['Cf-Access-Jwt-Assertion', assertion], body: { audience: AUDIENCE } })

const kid = 'access-key-1'

test('one as Access signs it opens the Worker', async () => {
  expect(await askWith(await access.signText(claims(), { alg: 'RS256', kid }))).toMatchObject({ status: 200 })
})

test.each<[string, () => Promise<string>]>([
  ['by another algorithm of the same key', () => access.signText(claims(), { alg: 'PS256', kid })],
  [
    'with a header that must be understood and is not',
    () => access.signText(claims(), { alg: 'RS256', kid, crit: ['odd'], odd: 1 }),
  ],
  ['whose claims are no object', () => access.signText('["claims"]', { alg: 'RS256', kid })],
  ['that does not say by which key', () => access.signText(claims(), { alg: 'RS256' })],
])('one %s is refused', async (_, sign) => {
  expect(await askWith(await sign())).toMatchObject({ status: 401, json: { code: 'unauthorized' } })
})
