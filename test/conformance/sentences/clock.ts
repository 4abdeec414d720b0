import { assert } from 'chai'
import type { ClientEvent } from '../../../src/index.ts'
import { about, type Sentences } from '../sentence.ts'
import { AHEAD_REGION, SKEW } from '../skew.ts'

const INPUT = { audience: ['https://api.example.com'], signingAlgorithm: 'ES384' } as const
export const clock: Sentences = ({ makeClient }) =>
  about('clock', {
    'a clock that is three hours behind is set right by the server’s, and the call succeeds': async () => {
      const events: ClientEvent[] = []
      const sts = makeClient({
        region: AHEAD_REGION,
        maxAttempts: 3,
        onEvent: (event) => void events.push(event),
      })
      const { webIdentityToken } = await sts.getWebIdentityToken(INPUT)
      assert.match(webIdentityToken, /^eyJ/)
      const learnt = events.filter(({ type }) => type === 'clock')
      assert.lengthOf(learnt, 1)
      assert.approximately(sts.now() - Date.now(), SKEW, 60_000)
    },
    'and the next call needs one request': async () => {
      const events: string[] = []
      const sts = makeClient({
        region: AHEAD_REGION,
        maxAttempts: 3,
        onEvent: ({ type }) => void events.push(type),
      })
      await sts.getCallerIdentity()
      events.length = 0
      await sts.getWebIdentityToken(INPUT)
      assert.deepEqual(events, ['credentials', 'request', 'response'])
    },
    'a clock that is right is left alone': async () => {
      const sts = makeClient()
      await sts.getWebIdentityToken(INPUT)
      assert.approximately(sts.now(), Date.now(), 1000)
    },
  })
