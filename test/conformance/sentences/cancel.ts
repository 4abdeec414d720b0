import { assert } from 'chai'
import { errorReply, tokenReply } from '../../support/replies.ts'
import {
  about,
  isAbandoned,
  isReceived,
  later,
  rejectionOf,
  type ScriptedReply,
  type Sentences,
} from '../sentence.ts'

const INPUT = { audience: ['https://api.example.com'], signingAlgorithm: 'ES384' } as const
const xml = { 'content-type': 'text/xml' }

export const cancel: Sentences = ({ library: { core }, lab, makeClient }) => {
  const reason = new Error('changed my mind')

  const abortedWhile = async (reply: ScriptedReply, after: number, maxAttempts = 1) => {
    const script = await lab.script(reply)
    const controller = new AbortController()
    const sts = makeClient({ endpoint: script.endpoint, maxAttempts })
    const minting = rejectionOf(sts.getWebIdentityToken(INPUT, { signal: controller.signal }))
    // Else it would be aborted on a busy machine before there is anything to give up.
    await isReceived(script)
    await later(after)
    const began = performance.now()
    controller.abort(reason)
    assert.strictEqual(await minting, reason)
    assert.isBelow(performance.now() - began, 10_000)
    return script
  }

  return about('cancel', {
    'before anything is sent: the reason, and nothing is sent': async () => {
      const { endpoint, requests } = await lab.script({ status: 500 })
      const signal = AbortSignal.abort(reason)
      assert.strictEqual(
        await rejectionOf(makeClient({ endpoint }).getWebIdentityToken(INPUT, { signal })),
        reason,
      )
      assert.lengthOf(await requests(), 0)
    },
    'while credentials are obtained': async () => {
      const controller = new AbortController()
      const credentials = () => new Promise<never>(() => {})
      const minting = makeClient({ credentials }).getWebIdentityToken(INPUT, { signal: controller.signal })
      setTimeout(() => controller.abort(reason), 20)
      assert.strictEqual(await rejectionOf(minting), reason)
    },
    'while the response is waited for, and the connection is let go': async () =>
      isAbandoned(await abortedWhile({ hangs: 'before the headers' }, 200)),
    'while the body comes, and the connection is let go': async () =>
      isAbandoned(
        await abortedWhile(
          { headers: xml, body: [tokenReply().slice(0, 100)], hangs: 'within the body' },
          300,
        ),
      ),
    'while the next attempt is waited for': async () => {
      const body = [errorReply('SlowDown')]
      await abortedWhile({ status: 503, headers: { ...xml, 'retry-after': '5' }, body }, 400, 3)
    },
    'a time-out says what was waited for': async () => {
      const { endpoint } = await lab.script({ hangs: 'before the headers' })
      const error = await rejectionOf(makeClient({ endpoint, timeout: 2000 }).getWebIdentityToken(INPUT))
      assert.instanceOf(error, core.TimeoutError)
      assert.isTrue(core.isTimeoutError(error))
      assert.include(error, { code: 'timeout', waitingFor: 'the response' })
    },
    'a time-out within the body, likewise': async () => {
      const { endpoint } = await lab.script({ headers: xml, body: ['<Get'], hangs: 'within the body' })
      const error = await rejectionOf(makeClient({ endpoint, timeout: 2000 }).getWebIdentityToken(INPUT))
      assert.include(error, { code: 'timeout', waitingFor: 'the response body' })
    },
    'an attempt that takes too long is followed by another': async () => {
      const good = { headers: xml, body: [tokenReply()] }
      const { endpoint } = await lab.script({ hangs: 'before the headers' }, good)
      const sts = makeClient({ endpoint, maxAttempts: 2, attemptTimeout: 2500 })
      assert.property(await sts.getWebIdentityToken(INPUT), 'webIdentityToken')
    },
    ...('timeout' in AbortSignal && {
      'AbortSignal.timeout ends a call where the runtime has it': async () => {
        const { endpoint } = await lab.script({ hangs: 'before the headers' })
        const signal = AbortSignal.timeout(200)
        const error = await rejectionOf(makeClient({ endpoint }).getWebIdentityToken(INPUT, { signal }))
        assert.strictEqual(error, signal.reason)
      },
    }),
    'a bare signal in the place of options is refused': async () => {
      // What a caller without types writes.
      const options = new AbortController().signal as never
      assert.instanceOf(await rejectionOf(makeClient().getWebIdentityToken(INPUT, options)), core.InputError)
    },
  })
}
