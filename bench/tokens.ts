// Tokens as AWS signs them, and the keys that an issuer publishes, for the benches of the verifier.

import { AUDIENCE, ISSUER } from './contestants/verify/pins.ts'

export { AUDIENCE, ISSUER }

const ARN = 'arn:aws:iam::123456789012:role/ci/deployer'

const kinds = {
  RS256: {
    kid: 'RSA_0',
    key: {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 2048,
      publicExponent: Uint8Array.of(1, 0, 1),
    },
    parameters: { name: 'RSASSA-PKCS1-v1_5' },
  },
  ES384: {
    kid: 'EC384_0',
    key: { name: 'ECDSA', namedCurve: 'P-384' },
    parameters: { name: 'ECDSA', hash: 'SHA-384' },
  },
} as const
export type Algorithm = keyof typeof kinds

export interface Signer {
  readonly kid: string
  readonly publicKey: CryptoKey
  /** Its public key as a JWKS has it. */
  readonly jwk: { readonly kty: string; readonly kid: string }
  /** What `subtle.sign` and `subtle.verify` are told. */
  readonly parameters: { readonly name: string; readonly hash?: string }
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>
  /** Another token each time. @param changed what is not as AWS would write it */
  mint(changed?: { readonly header?: object; readonly claims?: object }): Promise<string>
}

export async function createSigner(algorithm: Algorithm): Promise<Signer> {
  const { kid, key, parameters } = kinds[algorithm]
  // Both kinds are key pairs.
  const pair = (await crypto.subtle.generateKey(key, true, ['sign', 'verify'])) as CryptoKeyPair
  const sign = (bytes: Uint8Array<ArrayBuffer>) => crypto.subtle.sign(parameters, pair.privateKey, bytes)
  const { kty, n, e, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  return {
    kid,
    publicKey: pair.publicKey,
    jwk: JSON.parse(JSON.stringify({ kty, n, e, crv, x, y, kid, use: 'sig', alg: algorithm })),
    parameters,
    sign,
    async mint({ header, claims } = {}) {
      const written = { header: { kid, typ: 'JWT', alg: algorithm, ...header }, claims: claimsWith(claims) }
      const input = `${encode(written.header)}.${encode(written.claims)}`
      const bytes = await sign(new TextEncoder().encode(input))
      return `${input}.${Buffer.from(bytes).toString('base64url')}`
    },
  }
}

function claimsWith(changed: object | undefined): object {
  const issuedAt = Math.floor(Date.now() / 1000)
  return {
    aud: AUDIENCE,
    sub: ARN,
    'https://sts.amazonaws.com/': {
      org_id: 'o-fixture',
      aws_account: '123456789012',
      ou_path: ['o-fixture/r-p5qq/'],
      source_region: 'us-east-1',
      principal_id: ARN,
      principal_tags: { Team: 'platform' },
      request_tags: { Job: 'nightly' },
    },
    iss: ISSUER,
    exp: issuedAt + 3600,
    iat: issuedAt,
    jti: crypto.randomUUID(),
    ...changed,
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
