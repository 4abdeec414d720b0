import { assert } from 'chai'
import { PARTY } from '../principals.ts'
import { about, rejectionOf, type Sentences } from '../sentence.ts'
import { unsigned } from './exchange.ts'

/** All that is said where there is no WebCrypto. */
export const insecure: Sentences = ({ library, makeClient, place }) => {
  const refuses = async (promise: Promise<unknown>) => {
    const error = await rejectionOf(promise)
    assert.isTrue(library.core.isWebIdentityError(error))
    assert.include(error, { code: 'web_crypto_unavailable' })
    assert.include(error.message, 'https or from localhost')
  }
  return [
    ...about('errors', {
      'a client says what is missing': () =>
        refuses(makeClient().getWebIdentityToken({ audience: ['a'], signingAlgorithm: 'RS256' })),
      'so does a source, with a store and without': async () => {
        const options = { sts: makeClient(), audience: 'a', signingAlgorithm: 'RS256' } as const
        const store = { get: () => undefined, set: () => {}, delete: () => {} }
        await refuses(library.core.createTokenSource(options).getToken())
        const sealingKeys = [new Uint8Array(32)]
        await refuses(library.core.createTokenSource({ ...options, store, sealingKeys }).getToken())
      },
      'a verifier says what is missing': () =>
        refuses(library.verify.createVerifier({ audience: 'a', issuer: place.issuer }).verify('a.b.c')),
      'an emulator says what is missing': () => refuses(library.emulator.createEmulator().fetch(place.lab)),
    }),
    ...about('exchange', {
      'a token that is given is exchanged all the same, and none is kept in a store': async () => {
        const { createTokenExchange, presets } = library.exchange
        const tokenEndpoint = `${PARTY}/token`
        const preset = presets.custom({
          audience: PARTY,
          signingAlgorithm: 'ES384',
          exchange: { tokenEndpoint, grant: 'token-exchange' },
        })
        const source = { getToken: async () => unsigned(), async invalidate() {} }
        const granted = { access_token: 'access', token_type: 'Bearer' }
        const options = { fetch: async () => Response.json(granted) }
        assert.equal(await createTokenExchange(preset, source, options).getToken(), 'access')
        const sealed = { store: new Map(), sealingKeys: new Uint8Array(32), principal: 'developer' }
        await refuses(createTokenExchange(preset, source, { ...options, ...sealed }).getToken())
      },
    }),
    ...about('decode', {
      'a token shows its header and claims, unverified': () => {
        const [header, claims] = [{ alg: 'RS256' }, { sub: 'a' }].map((part) =>
          btoa(JSON.stringify(part)).replaceAll('=', ''),
        )
        assert.deepInclude(library.verify.decode(`${header}.${claims}.c2ln`), { claims: { sub: 'a' } })
      },
    }),
  ]
}
