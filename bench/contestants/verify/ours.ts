// A program that only verifies, with this package.

import { createVerifier } from 'aws-web-identity/verify'
import { AUDIENCE, ISSUER } from './pins.ts'

const verifier = createVerifier({ audience: AUDIENCE, issuer: ISSUER })

export async function subjectOf(token: string): Promise<string> {
  return (await verifier.verify(token)).subject
}
