// The subpath `aws-web-identity/verify`: trust a token that AWS signed, or refuse it and say why.

export {
  isVerificationError,
  VerificationError,
  type VerificationErrorCode,
  type VerificationErrorDetails,
} from '../errors.ts'
export type { Fetch } from '../http/fetch.ts'
export type { PrincipalArn } from './arn.ts'
export { type DecodedToken, decode } from './decode.ts'
export { requireWebIdentity } from './guard.ts'
export type { GuardOptions } from './guard-options.ts'
export type { SigningAlgorithm } from './header.ts'
export type { Tags, WebIdentity } from './identity.ts'
export type { JsonWebKeySet } from './key-set.ts'
export type { AtLeastOnePin, OneOrMore, Pinned, VerifierOptions, VerifierSettings } from './options.ts'
export { createVerifier, type Verifier } from './verifier.ts'
