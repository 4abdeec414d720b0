// Holds what a token says against what the owner of the verifier pinned.

import { VerificationError, type VerificationErrorCode } from '../errors.ts'
import type { IdentityFacts } from './identity.ts'
import { matchesArnPattern, matchesPattern } from './pattern.ts'
import { anyOf, quoted } from './quoted.ts'

/** Who may speak, and to whom. An absent pin is one that was not given. */
export interface Pins {
  readonly audience: readonly string[]
  readonly account?: readonly string[]
  readonly organization?: readonly string[]
  readonly organizationalUnit?: readonly string[]
  readonly subject?: readonly string[]
  readonly region?: readonly string[]
  readonly principalTags?: ReadonlyMap<string, readonly string[]>
}

/** @throws {VerificationError} for the first pin that does not hold. */
export function checkPins({ undated: identity }: IdentityFacts, pins: Pins): void {
  const { audience, accountId, subject, principalTags } = identity
  if (!audience.some((each) => pins.audience.includes(each))) {
    const message = `For audience ${anyOf(audience)}, this service answers to ${anyOf(pins.audience)}`
    throw new VerificationError('audience', message, { expected: pins.audience, actual: audience })
  }
  const organizationalUnits = ownTexts(identity, 'organizationalUnitPath')
  pin('account', 'Account', pins.account, [accountId])
  pin('organization', 'Organization', pins.organization, ownTexts(identity, 'organizationId'))
  pin(
    'organizational_unit',
    'Organizational unit',
    pins.organizationalUnit,
    organizationalUnits,
    matchesPattern,
  )
  pin('subject', 'Principal', pins.subject, [subject], matchesArnPattern)
  pin('region', 'Region', pins.region, ownTexts(identity, 'sourceRegion'))
  for (const [key, values] of pins.principalTags ?? []) {
    pin('principal_tags', `Principal tag ${quoted(key)}`, values, ownTexts(principalTags, key))
  }
}

function pin(
  code: VerificationErrorCode,
  name: string,
  expected: readonly string[] | undefined,
  actual: readonly string[],
  matches: (actual: string, expected: string) => boolean = (one, other) => one === other,
): void {
  if (expected === undefined) return
  if (actual.some((each) => expected.some((wanted) => matches(each, wanted)))) return
  const shown = actual.length === 0 ? 'is none' : `is ${anyOf(actual)}`
  throw new VerificationError(code, `${name} ${shown}, accepted is ${anyOf(expected)}`, { expected, actual })
}

/** None where there is no such member of the object's own: a prototype may be polluted. */
function ownTexts<Name extends PropertyKey>(
  object: { readonly [Key in Name]?: string | readonly string[] },
  name: Name,
): readonly string[] {
  const value = Object.hasOwn(object, name) ? object[name] : undefined
  return typeof value === 'string' ? [value] : (value ?? [])
}
