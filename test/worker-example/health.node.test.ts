import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { AUDIENCE, ask, policyWith, type Sts, startSts, startWorker } from './stage.ts'

let sts: Sts
/** Operations that STS was asked for. */
const asked: string[] = []

beforeAll(async () => {
  sts = await startSts({ onRequest: ({ operation }) => asked.push(operation ?? '') })
})

afterAll(() => sts.close())

const exchanges = {
  openai: {
    preset: 'openai',
    options: { identityProviderId: 'idp_123', serviceAccountId: 'svcacct_123' },
  },
}
const party = { name: 'party', serviceBinding: 'party', exchanges: ['openai'] }

test('the Worker is ready by the token that its first caller has, which costs nothing while it is kept', async () => {
  const brief = {
    maxDurationSeconds: 60,
    algorithms: ['RS256', 'ES384'],
    tags: { fixed: { stage: 'test', app: 'a' }, fromCaller: { who: 'caller' } },
  }
  const { callers } = policyWith(brief) as { callers: object[] }
  const policy = { exchanges, callers: [party, ...callers] }
  const worker = await startWorker({ policy, members: { AWS_ENDPOINT_URL_STS: sts.url } })
  try {
    asked.length = 0
    expect(await ask(worker, '/token', { body: { audience: AUDIENCE } })).toMatchObject({ status: 200 })
    expect(await ask(worker, '/readyz')).toMatchObject({ status: 200, json: { status: 'ready' } })
    expect(asked).toEqual(['GetWebIdentityToken'])
  } finally {
    await worker.close()
  }
}, 20_000)

test('where there are exchanges alone it is ready by the token for one of them', async () => {
  const policy = { exchanges, callers: [party] }
  const worker = await startWorker({ policy, members: { AWS_ENDPOINT_URL_STS: sts.url } })
  try {
    asked.length = 0
    expect(await ask(worker, '/readyz')).toMatchObject({ status: 200, json: { status: 'ready' } })
    expect(asked).toEqual(['GetWebIdentityToken'])
  } finally {
    await worker.close()
  }
}, 20_000)

test('with a policy that allows nobody anything it is not ready, and the log says why', async () => {
  const log: string[] = []
  const worker = await startWorker({ policy: { callers: [] }, onLog: (line) => log.push(line) })
  try {
    const answer = await ask(worker, '/readyz')
    expect(answer).toMatchObject({
      status: 503,
      json: { code: 'not_ready', detail: 'No token can be given now.' },
    })
    expect(answer.headers.get('retry-after')).toBe('5')
    await vi.waitFor(() => expect(log.join()).toContain('Not ready: The policy allows nobody anything.'))
  } finally {
    await worker.close()
  }
}, 20_000)
