// The same with jose.

import { createRemoteJWKSet, jwtVerify } from 'jose'
import { AUDIENCE, ISSUER } from './pins.ts'

const keys = createRemoteJWKSet(new URL(`${ISSUER}/.well-known/jwks.json`))

export async function subjectOf(token: string): Promise<string | undefined> {
  const pins = { audience: AUDIENCE, issuer: ISSUER, algorithms: ['ES384', 'RS256'] }
  return (await jwtVerify(token, keys, pins)).payload.sub
}
