import { assert } from 'chai'
import type { ClientEvent } from '../../../src/index.ts'
import { errorReply, TOKEN, tokenReply } from '../../support/replies.ts'
import { about, rejectionOf, type ScriptedReply, type Sentences } from '../sentence.ts'

const INPUT = { audience: ['https://api.example.com'], signingAlgorithm: 'ES384' } as const
const xml = { 'content-type': 'text/xml' }
const GOOD: ScriptedReply = { headers: xml, body: [tokenReply()] }
const UNAVAILABLE: ScriptedReply = {
  status: 503,
  headers: xml,
  body: [errorReply('ServiceUnavailable', 'No.', 'Receiver')],
}
const THROTTLED: ScriptedReply = {
  status: 400,
  headers: xml,
  body: [errorReply('Throttling', 'Rate exceeded')],
}
const DENIED: ScriptedReply = { status: 403, headers: xml, body: [errorReply('AccessDenied')] }

export const retries: Sentences = ({ lab, makeClient }) => {
  const mintAt = async (replies: readonly ScriptedReply[], maxAttempts?: number) => {
    const { endpoint, requests } = await lab.script(...replies)
    const events: ClientEvent[] = []
    const onEvent = (event: ClientEvent) => void events.push(event)
    const minting = makeClient({ endpoint, maxAttempts, onEvent }).getWebIdentityToken(INPUT)
    const outcome = await minting.catch((error: unknown) => error)
    return { outcome, events: events.map(({ type }) => type), requests: await requests() }
  }
  const ATTEMPT = ['request', 'response']

  return about('retries', {
    'two failures are forgotten when the third attempt is answered': async () => {
      const { outcome, events, requests } = await mintAt([UNAVAILABLE, THROTTLED, GOOD])
      assert.propertyVal(outcome, 'webIdentityToken', TOKEN)
      assert.deepEqual(events, ['credentials', ...ATTEMPT, 'retry', ...ATTEMPT, 'retry', ...ATTEMPT])
      assert.lengthOf(requests, 3)
    },
    'three failures are told, with their number': async () => {
      const { outcome, requests } = await mintAt([UNAVAILABLE])
      assert.deepInclude(outcome, { code: 'ServiceUnavailable', attempts: 3, retryable: true })
      assert.lengthOf(requests, 3)
    },
    'a connection that breaks is tried again': async () => {
      const { outcome, requests } = await mintAt([{ breaks: 'before the headers' }, GOOD])
      assert.propertyVal(outcome, 'webIdentityToken', TOKEN)
      assert.isAtLeast(requests.length, 2)
    },
    'a body that breaks off is tried again': async () => {
      const broken: ScriptedReply = {
        headers: { ...xml, 'content-length': String(tokenReply().length) },
        body: [tokenReply().slice(0, 200)],
        breaks: 'within the body',
      }
      const { outcome } = await mintAt([broken, GOOD])
      assert.propertyVal(outcome, 'webIdentityToken', TOKEN)
    },
    'a refusal is final': async () => {
      const { outcome, requests } = await mintAt([DENIED, GOOD])
      assert.deepInclude(outcome, { code: 'AccessDenied', attempts: 1 })
      assert.lengthOf(requests, 1)
    },
    'maxAttempts: 1 tries once': async () => {
      const { outcome, requests } = await mintAt([UNAVAILABLE, GOOD], 1)
      assert.deepInclude(outcome, { code: 'ServiceUnavailable', attempts: 1 })
      assert.lengthOf(requests, 1)
    },
    'each attempt is signed anew': async () => {
      const { requests } = await mintAt([UNAVAILABLE, { ...UNAVAILABLE, delay: 1100 }, GOOD])
      const dates = requests.map(({ headers }) => headers['x-amz-date'])
      assert.lengthOf(dates, 3)
      assert.notEqual(dates[0], dates[2])
    },
    'credentials that are refused are asked for once more': async () => {
      const { endpoint } = await lab.script(
        { status: 403, headers: xml, body: [errorReply('ExpiredToken')] },
        GOOD,
      )
      const asked: unknown[] = []
      const credentials = async (options?: unknown) => {
        asked.push(options)
        return { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' }
      }
      await makeClient({ endpoint, credentials, maxAttempts: 3 }).getWebIdentityToken(INPUT)
      assert.deepEqual(asked, [{ forceRefresh: false }, { forceRefresh: true }])
    },
    'an outage ends by the deadline, not by patience': async () => {
      const { endpoint } = await lab.script({ ...UNAVAILABLE, delay: 300 })
      const error = await rejectionOf(
        makeClient({ endpoint, maxAttempts: 10, timeout: 900 }).getWebIdentityToken(INPUT),
      )
      assert.include(['timeout', 'ServiceUnavailable'], error.code)
    },
  })
}
