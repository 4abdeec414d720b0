import { assert } from 'chai'
import { about, rejectionOf, type Sentences } from '../sentence.ts'

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
