import { assert } from 'chai'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { about, rejectionOf, type Sentences } from '../sentence.ts'

const INPUT = { audience: ['https://api.example.com'], signingAlgorithm: 'ES384' } as const

export const emulator: Sentences = ({ library }) => {
  const { createEmulator } = library.emulator
  const clientOf = ({ fetch, credentials }: ReturnType<typeof createEmulator>) =>
    new library.core.StsClient({ region: 'us-east-1', credentials, fetch, maxAttempts: 1 })

  const mintsAndVerifies = (signingAlgorithm: 'RS256' | 'ES384') => async () => {
    const sts = createEmulator()
    const { webIdentityToken } = await clientOf(sts).getWebIdentityToken({ ...INPUT, signingAlgorithm })
    const jwks = await (await sts.fetch(`${sts.issuer}/.well-known/jwks.json`)).json()
    // What an issuer publishes.
    const keys = createLocalJWKSet(jwks as Parameters<typeof createLocalJWKSet>[0])
    const { payload } = await jwtVerify(webIdentityToken, keys, {
      issuer: sts.issuer,
      algorithms: [signingAlgorithm],
    })
    assert.equal(payload.sub, 'arn:aws:iam::123456789012:user/developer')
  }

  return about('emulator', {
    'mints RS256 within the process, and jose verifies it': mintsAndVerifies('RS256'),
    'mints ES384, likewise': mintsAndVerifies('ES384'),
    'refuses a request that was not signed by the key': async () => {
      const sts = createEmulator()
      const credentials = { ...sts.credentials, secretAccessKey: 'another' }
      const error = await rejectionOf(
        new library.core.StsClient({
          region: 'us-east-1',
          credentials,
          fetch: sts.fetch,
        }).getCallerIdentity(),
      )
      assert.equal(error.code, 'SignatureDoesNotMatch')
    },
    'has a switch for the federation, which the IAM client turns': async () => {
      let passed = 0
      const sts = createEmulator({ federationEnabled: false, now: () => Date.now() + passed })
      const { credentials, fetch } = sts
      const error = await rejectionOf(clientOf(sts).getWebIdentityToken(INPUT))
      assert.equal(error.code, 'OutboundWebIdentityFederationDisabledException')
      const iam = new library.iam.IamClient({ region: 'us-east-1', credentials, fetch })
      const { issuerIdentifier } = await iam.enableOutboundWebIdentityFederation()
      assert.equal(issuerIdentifier, sts.issuer)
      passed = 11_000
      assert.property(await clientOf(sts).getWebIdentityToken(INPUT), 'webIdentityToken')
    },
    'is the same again with the same seed': async () => {
      const keysOf = async (seed: string) => {
        const sts = createEmulator({ seed })
        return (await (await sts.fetch(`${sts.issuer}/.well-known/jwks.json`)).json()) as unknown
      }
      assert.deepEqual(await keysOf('the same'), await keysOf('the same'))
    },
    'mints by keys of a seed': async () => {
      const sts = createEmulator({ seed: 'the same' })
      for (const signingAlgorithm of ['ES384', 'RS256'] as const) {
        const { webIdentityToken } = await clientOf(sts).getWebIdentityToken({ ...INPUT, signingAlgorithm })
        const verifier = library.verify.createVerifier({
          audience: INPUT.audience,
          issuer: sts.issuer,
          fetch: sts.fetch,
        })
        assert.propertyVal(await verifier.verify(webIdentityToken), 'accountId', '123456789012')
      }
    },
    'fails on order': async () => {
      const sts = createEmulator({ faults: [{ times: 1, code: 'InternalFailure' }] })
      assert.equal((await rejectionOf(clientOf(sts).getWebIdentityToken(INPUT))).code, 'InternalFailure')
      assert.property(await clientOf(sts).getWebIdentityToken(INPUT), 'webIdentityToken')
    },
  })
}
