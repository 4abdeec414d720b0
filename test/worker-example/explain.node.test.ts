import { createTokenSource, StsClient, TimeoutError } from 'aws-web-identity'
import { createEmulator } from 'aws-web-identity/emulator'
import { createTokenExchange, presets } from 'aws-web-identity/exchange'
import { expect, test } from 'vitest'
import { explain } from '../../worker-example/tokens/explain.ts'
import { known } from '../exchange/parties.ts'

const { fetch, credentials } = createEmulator()
const sts = new StsClient({ region: 'us-east-1', credentials, fetch })
const preset = presets.openai(known.openai)
const source = createTokenSource({ sts, ...preset.tokenRequest })

/** Why there is no access token where its party answers so. */
async function explained(answer: Response): Promise<unknown> {
  const exchange = createTokenExchange(preset, source, { fetch: async () => answer, maxAttempts: 1 })
  return exchange.getToken().catch(explain)
}

test('a caller is told to try again when the party says so', async () => {
  const headers = { 'Retry-After': '7' }
  const throttled = Response.json({ error: 'rate_limited' }, { status: 429, headers })
  expect(await explained(throttled)).toMatchObject({ status: 503, headers })
})

test('a caller is told to try again no sooner than the party says, where that is a part of a second', async () => {
  const headers = { 'X-Amz-Retry-After': '6001' }
  const throttled = Response.json({ error: 'rate_limited' }, { status: 429, headers })
  expect(await explained(throttled)).toMatchObject({ status: 503, headers: { 'Retry-After': '7' } })
})

test('a caller is told to try again in five seconds where the party does not say when', async () => {
  const throttled = Response.json({ error: 'rate_limited' }, { status: 429 })
  expect(await explained(throttled)).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } })
})

test('a caller is told that it is STS where STS does not answer in time', () => {
  expect(explain(new TimeoutError('the response', 5000, 3))).toMatchObject({
    status: 503,
    message: 'AWS STS gives no token now. Try again.',
    headers: { 'Retry-After': '5' },
  })
})
