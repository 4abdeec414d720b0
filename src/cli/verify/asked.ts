// What a verification is asked to look at besides the signature, and the verifier's options for it.

import { type DecodedToken, decode } from '../../verify/decode.ts'
import type { VerifierOptions } from '../../verify/options.ts'

/** An empty list is what was not asked. */
export interface Asked {
  readonly audience: readonly string[]
  readonly issuer: readonly string[]
  readonly account: readonly string[]
  readonly organization: readonly string[]
}

/** What was not: for whom the token must be, and whose it must be. */
export type Unchecked = 'audience' | 'owner'

export function uncheckedOf({ audience, issuer, account, organization }: Asked): readonly Unchecked[] {
  const owners = [...issuer, ...account, ...organization]
  return [
    ...(audience.length === 0 ? (['audience'] as const) : []),
    ...(owners.length === 0 ? (['owner'] as const) : []),
  ]
}

/**
 * The verifier knows no way to leave the audience and the owner open, for a service must not. Where nobody asked for them
 * they are those of the token itself, which are then no check at all. Its issuer is never taken: it says where the keys
 * come from, and so must be named on the line, or be one of AWS's.
 */
export function verifierOptions(asked: Asked, token: DecodedToken | undefined): VerifierOptions {
  const { audience, issuer, account, organization } = asked
  const settings = { audience: audience.length > 0 ? audience : audienceIn(token) }
  if (uncheckedOf(asked).includes('owner')) return { ...settings, account: accountIn(token) }
  // At least one of the three is there, which the type can't see.
  return {
    ...settings,
    ...(issuer.length > 0 && { issuer }),
    ...(account.length > 0 && { account }),
    ...(organization.length > 0 && { organization }),
  } as VerifierOptions
}

/** What a token says, where it can be read at all. */
export function readable(token: string): DecodedToken | undefined {
  try {
    return decode(token)
  } catch {
    return undefined
  }
}

// Without a name that the verifier takes, the claims are found wanting before these are looked at.
function audienceIn(token: DecodedToken | undefined): readonly string[] {
  const named: readonly unknown[] = [token?.claims['aud']].flat()
  const texts = named.filter(
    (each): each is string => typeof each === 'string' && each.length >= 1 && each.length <= 1000,
  )
  return texts.length > 0 ? texts : ['none']
}

function accountIn(token: DecodedToken | undefined): string {
  const account = accountOf(token)
  return /^\d{12}$/.test(account) ? account : '000000000000'
}

/** The account that a token names; empty where it names none. */
export function accountOf(token: DecodedToken | undefined): string {
  return textIn(token, 'aws_account')
}

/** The organization that a token names; empty where it names none. */
export function organizationOf(token: DecodedToken | undefined): string {
  return textIn(token, 'org_id')
}

function textIn(token: DecodedToken | undefined, name: string): string {
  const namespace = token?.claims['https://sts.amazonaws.com/']
  const value: unknown =
    typeof namespace === 'object' && namespace !== null ? Reflect.get(namespace, name) : undefined
  return typeof value === 'string' ? value : ''
}
