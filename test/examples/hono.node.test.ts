// The service on the other side: it serves only whom AWS vouches for.

import { expect, test } from 'vitest'
import { StsClient } from '../../src/index.ts'
import { openStage, ROLE, run, start } from './stage.ts'

test('the guarded service', async ({ onTestFinished }) => {
  const stage = await openStage()
  onTestFinished(stage.close)
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN = '' } = stage.env
  const sts = new StsClient({
    region: 'eu-central-1',
    endpoint: stage.env['AWS_ENDPOINT_URL_STS'],
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      sessionToken: AWS_SESSION_TOKEN,
    },
  })
  const mint = async (audience: string) => {
    const input = { audience: [audience], signingAlgorithm: 'RS256' } as const
    return (await sts.getWebIdentityToken(input)).webIdentityToken
  }

  const settings = { ISSUER: stage.issuer, AUDIENCE: 'https://hono.example.com', PORT: '0' }
  const server = await start('hono', [process.execPath, 'index.ts'], settings)
  onTestFinished(server.stop)
  const me = (headers: HeadersInit) => fetch(`${server.url}/api/me`, { headers })

  expect(await (await fetch(`${server.url}/health`)).text()).toBe('ok')
  const answer = await me({ authorization: `Bearer ${await mint('https://hono.example.com')}` })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({ caller: ROLE, account: '123456789012' })

  const anonymous = await me({})
  expect(anonymous.status).toBe(401)
  expect(anonymous.headers.get('www-authenticate')).toMatch(/^Bearer/)
  const meantForAnother = await me({ authorization: `Bearer ${await mint('https://other.example.com')}` })
  expect(meantForAnother.status).toBe(401)
})

test('the guarded service does not start before it is told whom to trust', async () => {
  const { exitCode, stderr } = await run('hono', [process.execPath, 'index.ts'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('Set ISSUER')
})
