import { assert } from 'chai'
import { about, rejectionOf, type Sentences } from '../sentence.ts'

const AUDIENCE = 'https://api.example.com'

export const source: Sentences = ({ library: { core }, lab, makeClient, place }) => {
  /** A source of the emulator's tokens that counts its requests. */
  const staged = () => {
    const asked = { requests: 0 }
    const counted = (input: string, init: RequestInit) => {
      asked.requests += 1
      return fetch(input, init)
    }
    const sts = makeClient({ fetch: counted })
    return { asked, source: core.createTokenSource({ sts, audience: AUDIENCE, signingAlgorithm: 'ES384' }) }
  }

  return about('source', {
    'a thousand who ask at once cause one request': async () => {
      const { source, asked } = staged()
      const tokens = await Promise.all(Array.from({ length: 1000 }, () => source.getToken()))
      assert.equal(new Set(tokens).size, 1)
      assert.equal(asked.requests, 1)
    },
    'a token that is kept costs nothing': async () => {
      const { source, asked } = staged()
      const token = await source.getToken()
      assert.equal(await source.getToken(), token)
      assert.equal((await source.get()).webIdentityToken, token)
      assert.equal(await source.getSubjectToken(), token)
      assert.equal(asked.requests, 1)
    },
    'a token that was refused is replaced, once': async () => {
      const { source, asked } = staged()
      const token = await source.getToken()
      await Promise.all([source.invalidate(token), source.invalidate(token)])
      const next = await source.getToken()
      assert.notEqual(next, token)
      await source.invalidate(token)
      assert.equal(await source.getToken(), next)
      assert.equal(asked.requests, 2)
    },
    'a caller who goes away takes nobody along': async () => {
      const { source, asked } = staged()
      const controller = new AbortController()
      const reason = new Error('gone')
      const gone = rejectionOf(source.getToken({ signal: controller.signal }))
      const waiting = source.getToken()
      controller.abort(reason)
      assert.strictEqual(await gone, reason)
      assert.match(await waiting, /^eyJ/)
      assert.equal(asked.requests, 1)
    },
    'a failure is everybody’s, and passes': async () => {
      const { endpoint } = await lab.script({ status: 500 })
      const sts = makeClient({ endpoint })
      const failing = core.createTokenSource({ sts, audience: AUDIENCE, signingAlgorithm: 'ES384' })
      const errors = await Promise.all([1, 2, 3].map(() => rejectionOf(failing.getToken())))
      for (const error of errors) assert.instanceOf(error, core.WebIdentityError)
    },
    'a source that was disposed of says so': async () => {
      const { source } = staged()
      await source.getToken()
      await source[Symbol.asyncDispose]()
      assert.equal((await rejectionOf(source.getToken())).code, 'disposed')
    },
    'sources of several audiences keep to their list': async () => {
      const sources = core.createTokenSources({
        sts: makeClient(),
        audiences: [AUDIENCE, 'https://b.example'],
        signingAlgorithm: 'ES384',
      })
      const tokenFor = (audience: string) => sources.sourceFor({ audience: [audience] }).getToken()
      assert.notEqual(await tokenFor(AUDIENCE), await tokenFor('https://b.example'))
      assert.equal(await tokenFor(AUDIENCE), await tokenFor(AUDIENCE))
      assert.throws(() => sources.sourceFor({ audience: ['https://c.example'] }), core.InputError)
    },
    'withWebIdentity shows the token to its host alone, and replaces one that is refused': async () => {
      const { source, asked } = staged()
      const api = core.withWebIdentity(fetch, source, { hosts: [new URL(place.lab).host] })
      const first = await api(`${place.lab}/lab/api/${crypto.randomUUID()}`, {
        method: 'POST',
        body: 'hello',
      })
      assert.deepEqual(await first.json(), { seen: 'hello' })
      assert.equal(asked.requests, 2)
      const elsewhere = core.withWebIdentity(fetch, source, { hosts: ['api.example.com'] })
      assert.deepEqual(await (await elsewhere(`${place.lab}/lab/api/authorization`)).json(), {
        authorization: null,
      })
    },
  })
}
