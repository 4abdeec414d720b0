import { assert } from 'chai'
import {
  ACCOUNT,
  AUDIENCE,
  attacks,
  goodCases,
  makeNetwork,
  type Server,
  type VerifierOptions,
} from '../../verify/attack-table.ts'
import { about, rejectionOf, type Sentences } from '../sentence.ts'

export const verify: Sentences = ({ library: { verify: library }, makeClient, place }) => {
  const staged = (server: Server, options: VerifierOptions, now: number) => {
    const network = makeNetwork(server)
    return { network, verifier: library.createVerifier({ ...options, fetch: network.fetch, now: () => now }) }
  }
  const mint = async (signingAlgorithm: 'RS256' | 'ES384') => {
    const { webIdentityToken } = await makeClient().getWebIdentityToken({
      audience: [AUDIENCE],
      signingAlgorithm,
    })
    return webIdentityToken
  }
  const accepts = (signingAlgorithm: 'RS256' | 'ES384') => async () => {
    const verifier = library.createVerifier({ audience: AUDIENCE, issuer: place.issuer })
    const token = await mint(signingAlgorithm)
    const { subject, accountId } = await verifier.verify(token)
    assert.equal(subject, `arn:aws:iam::${ACCOUNT}:user/developer`)
    assert.equal(accountId, ACCOUNT)
  }

  const refused = attacks.map(({ group, name, server, options, now, token, code, fetches }) => [
    `refused for its ${group}: ${name}`,
    async () => {
      const { network, verifier } = staged(server, options, now)
      // Some attacks are no text at all.
      const error = await rejectionOf(verifier.verify((await token()) as string))
      assert.instanceOf(error, library.VerificationError)
      if (place.takesAnyPoint && name.startsWith('an EC point')) assert.equal(error.code, 'signature')
      else assert.equal(error.code, code)
      assert.isAtMost(network.requests.length, fetches)
    },
  ])
  const accepted = goodCases.map(({ name, server, options, now, token }) => [
    `accepted: ${name}`,
    async () => {
      const { verifier } = staged(server, options, now)
      assert.propertyVal(await verifier.verify(await token()), 'accountId', ACCOUNT)
    },
  ])
  return about('verify', {
    'an RS256 token by the keys that its issuer publishes over HTTP': accepts('RS256'),
    'an ES384 token, likewise': accepts('ES384'),
    'a token that was verified a moment ago needs no second look, and is the same': async () => {
      let requests = 0
      const verifier = library.createVerifier({
        audience: AUDIENCE,
        issuer: place.issuer,
        fetch: (input: string, init: RequestInit) => {
          requests += 1
          return fetch(input, init)
        },
      })
      const token = await mint('ES384')
      assert.deepEqual(await verifier.verify(token), await verifier.verify(token))
      assert.equal(requests, 2)
    },
    'an issuer that answers nothing is not the token’s fault': async () => {
      const verifier = library.createVerifier({
        audience: AUDIENCE,
        issuer: place.issuer,
        fetch: () => fetch('http://127.0.0.1:1/'),
      })
      const error = await rejectionOf(verifier.verify(await mint('ES384')))
      assert.instanceOf(error, library.VerificationError)
      assert.equal(error.code, 'keys_unavailable')
    },
    ...Object.fromEntries([...refused, ...accepted]),
  })
}
