// Verifies a token, and tells of each check whether it held, in the order in which the verifier makes them: it ends at the
// first that does not, so that of those behind it nothing is known.

import { isVerificationError, type VerificationError, type VerificationErrorCode } from '../../errors.ts'
import type { Fetch } from '../../http/fetch.ts'
import type { WebIdentity } from '../../verify/identity.ts'
import { createVerifier } from '../../verify/verifier.ts'
import { type Asked, readable, type Unchecked, uncheckedOf, verifierOptions } from './asked.ts'
import type { Check, CheckName } from './check.ts'
import { factsOf } from './facts.ts'

export interface Examination {
  /** `unknown` where the issuer's keys can't be had, so that nothing can be said of the token. */
  readonly verdict: 'genuine' | 'refused' | 'unknown'
  readonly unchecked: readonly Unchecked[]
  readonly checks: readonly Check[]
  /** Of a genuine token. */
  readonly identity: WebIdentity | undefined
  readonly error: VerificationError | undefined
}

/** Where and when. */
export interface Circumstances {
  readonly now: () => number
  readonly fetch?: Fetch | undefined
}

/** @throws {InputError} where what was asked breaks a rule of the verifier's */
export async function examine(
  token: string,
  asked: Asked,
  { now, fetch }: Circumstances,
): Promise<Examination> {
  const read = readable(token)
  const verifier = createVerifier({ ...verifierOptions(asked, read), now, fetch })
  const unchecked = uncheckedOf(asked)
  const names = namesFor(asked)
  const facts = factsOf(read, now())
  const tell = (failed: CheckName | undefined, message: string): readonly Check[] => {
    const end = failed === undefined ? names.length : names.indexOf(failed)
    return names.map((name, index) => {
      if (index === end) return { name, result: 'failed', fact: message }
      if (isUnchecked(name, unchecked)) return { name, result: 'not checked', fact: facts[name] }
      return index < end
        ? { name, result: 'passed', fact: facts[name] }
        : { name, result: 'not looked at', fact: '' }
    })
  }
  try {
    const identity = await verifier.verify(token)
    return { verdict: 'genuine', unchecked, checks: tell(undefined, ''), identity, error: undefined }
  } catch (error) {
    if (!isVerificationError(error)) throw error
    const verdict = error.code === 'keys_unavailable' ? 'unknown' : 'refused'
    // The issuer is looked at before the keys, the other claims behind the signature or with the pins.
    const failed = error.code === 'claims' && facts.issuer === '' ? 'issuer' : checkOf[error.code]
    return { verdict, unchecked, checks: tell(failed, error.message), identity: undefined, error }
  }
}

/**
 * An issuer that was named is asked for its keys first. Of any other the claims and the times are looked at before, so that a
 * token can't make the verifier ask somebody for nothing.
 */
function namesFor({ issuer, account, organization, ...asked }: Asked): readonly CheckName[] {
  const keys: readonly CheckName[] = ['keys', 'key', 'signature']
  const isOwned = !uncheckedOf({ issuer, account, organization, ...asked }).includes('owner')
  const owners: readonly CheckName[] = [
    ...(isOwned ? [] : (['owner'] as const)),
    ...(account.length > 0 ? (['account'] as const) : []),
    ...(organization.length > 0 ? (['organization'] as const) : []),
  ]
  const claims: readonly CheckName[] = ['claims', 'audience', ...owners, 'times']
  const first: readonly CheckName[] = ['form', 'algorithm', 'header', 'issuer']
  return issuer.length > 0 ? [...first, ...keys, ...claims] : [...first, ...claims, ...keys]
}

function isUnchecked(name: CheckName, unchecked: readonly Unchecked[]): boolean {
  return name === 'owner' || (name === 'audience' && unchecked.includes('audience'))
}

const checkOf: Readonly<Record<VerificationErrorCode, CheckName>> = {
  malformed: 'form',
  algorithm: 'algorithm',
  header: 'header',
  issuer: 'issuer',
  keys_unavailable: 'keys',
  key_not_found: 'key',
  key_unusable: 'key',
  signature: 'signature',
  claims: 'claims',
  audience: 'audience',
  account: 'account',
  organization: 'organization',
  // These four are never asked for.
  organizational_unit: 'claims',
  subject: 'claims',
  region: 'claims',
  principal_tags: 'claims',
  expired: 'times',
  not_yet_valid: 'times',
  issued_in_future: 'times',
  lifetime: 'times',
  too_old: 'times',
}
