// The same with aws-jwt-verify.

import { JwtVerifier } from 'aws-jwt-verify'
import { AUDIENCE, ISSUER } from './pins.ts'

const verifier = JwtVerifier.create({
  issuer: ISSUER,
  audience: AUDIENCE,
  jwksUri: `${ISSUER}/.well-known/jwks.json`,
})

export async function subjectOf(token: string): Promise<string | undefined> {
  return (await verifier.verify(token)).sub
}
