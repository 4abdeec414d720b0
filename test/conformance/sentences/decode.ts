import { assert } from 'chai'
import { forge, forgeEc, ISSUER } from '../../verify/attack-table.ts'
import { about, type Sentences } from '../sentence.ts'

export const decode: Sentences = ({ library: { verify } }) =>
  about('decode', {
    'an RS256 token shows its header and claims, unverified': async () => {
      const { header, claims } = verify.decode(await forge())
      assert.equal(header['alg'], 'RS256')
      assert.equal(claims['iss'], ISSUER)
    },
    'an ES384 token, likewise': async () => {
      assert.equal(verify.decode(await forgeEc()).header['alg'], 'ES384')
    },
    'a token with text beyond ASCII': async () => {
      const { claims } = verify.decode(await forge({ claims: { iss: ISSUER, sub: 'Ærøskøbing 𝄞' } }))
      assert.equal(claims['sub'], 'Ærøskøbing 𝄞')
    },
    'what is no token is refused': () => {
      for (const text of ['', 'a.b', 'a.b.c', 'eyJ.eyJ.x', ' ', '..']) {
        assert.throws(() => verify.decode(text), verify.VerificationError)
      }
    },
  })
