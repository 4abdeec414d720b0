import { assert } from 'chai'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { ACCOUNT, DEVELOPER, ROLE } from '../principals.ts'
import { about, type Sentences } from '../sentence.ts'

const NAMESPACE = 'https://sts.amazonaws.com/'

export const mint: Sentences = ({ makeClient, place, library }) => {
  const verified = async (token: string, algorithm: string) => {
    const discovery = await (await fetch(`${place.issuer}/.well-known/openid-configuration`)).json()
    // What a discovery document holds.
    const { jwks_uri: keys, issuer } = discovery as { jwks_uri: string; issuer: string }
    const keySet = (await (await fetch(keys)).json()) as JSONWebKeySet // jose looks at it
    return jwtVerify(token, createLocalJWKSet(keySet), { issuer, algorithms: [algorithm] })
  }

  const mintsWith = (signingAlgorithm: 'RS256' | 'ES384') => async () => {
    const before = Date.now()
    const { webIdentityToken, expiration } = await makeClient().getWebIdentityToken({
      audience: ['https://api.example.com', 'b c'],
      signingAlgorithm,
      durationSeconds: 600,
      tags: [{ key: 'Team', value: 'platform é' }],
    })
    const { payload, protectedHeader } = await verified(webIdentityToken, signingAlgorithm)
    assert.equal(protectedHeader.alg, signingAlgorithm)
    assert.deepEqual(payload.aud, ['https://api.example.com', 'b c'])
    assert.equal(payload.sub, `arn:aws:iam::${ACCOUNT}:user/developer`)
    assert.deepNestedInclude(payload[NAMESPACE], { request_tags: { Team: 'platform é' } })
    assert.equal(payload.exp, Math.floor(expiration.getTime() / 1000))
    assert.approximately(expiration.getTime(), before + 600_000, 30_000)
  }

  return about('mint', {
    'an RS256 token, which jose verifies by the keys that the issuer publishes': mintsWith('RS256'),
    'an ES384 token, likewise': mintsWith('ES384'),
    'what is hard to escape is signed as it is sent, and arrives': async () => {
      const audience = [
        "az AZ09-._~!*'()",
        '+/:=&%?#',
        '\u{1f600}\u00e9',
        '%20',
        '<&>"',
        'a  b',
        '\u2028x\u0085',
      ]
      const { webIdentityToken } = await makeClient().getWebIdentityToken({
        audience,
        signingAlgorithm: 'ES384',
      })
      assert.deepEqual((await verified(webIdentityToken, 'ES384')).payload.aud, audience)
    },
    'the caller is told who they are': async () => {
      assert.include(await makeClient().getCallerIdentity(), {
        account: ACCOUNT,
        arn: `arn:aws:iam::${ACCOUNT}:user/developer`,
      })
    },
    'a session of a role mints in its name': async () => {
      const { credentials } = await makeClient().assumeRole({ roleArn: ROLE, roleSessionName: 'tuesday' })
      const { webIdentityToken } = await makeClient({ credentials }).getWebIdentityToken({
        audience: ['https://api.example.com'],
        signingAlgorithm: 'RS256',
      })
      assert.equal((await verified(webIdentityToken, 'RS256')).payload.sub, ROLE)
    },
    'a hundred at once are a hundred tokens': async () => {
      const sts = makeClient({ attemptTimeout: 25_000, timeout: 25_000 })
      const tokens = await Promise.all(
        Array.from({ length: 100 }, () =>
          sts.getWebIdentityToken({ audience: ['https://api.example.com'], signingAlgorithm: 'ES384' }),
        ),
      )
      assert.equal(new Set(tokens.map(({ webIdentityToken }) => webIdentityToken)).size, 100)
    },
    'the reply has plain fields alone': async () => {
      const output = await makeClient().getWebIdentityToken({ audience: ['a'], signingAlgorithm: 'ES384' })
      assert.deepEqual(Object.keys(output).toSorted(), ['expiration', 'webIdentityToken'])
      assert.instanceOf(output.expiration, Date)
    },
    'the same client object serves every call': async () => {
      const sts = new library.core.StsClient({
        region: 'eu-west-1',
        credentials: DEVELOPER,
        endpoint: `${place.lab}/`,
      })
      const { getCallerIdentity } = sts
      assert.equal((await getCallerIdentity.call(sts)).account, ACCOUNT)
    },
  })
}
