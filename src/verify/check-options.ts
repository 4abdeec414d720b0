// Checks the options of `createVerifier`: what is unsafe is refused where it is written, and not when a token comes.

import * as v from 'valibot'
import { check } from '../check.ts'
import { InputError } from '../errors.ts'
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from './header.ts'
import { isIssuer } from './issuer.ts'
import type { VerifierOptions } from './options.ts'
import { arnParts } from './pattern.ts'
import { isPlainObject, MUST_BE_PLAIN, plainMembers } from './plain-object.ts'

/** The options, each in one form, with the defaults. */
export type Settings = ReturnType<typeof checkOptions>

/** @throws {InputError} for the first rule that is broken. */
export function checkOptions(options: VerifierOptions) {
  // A polluted `Object.prototype` must not pin, and not loosen.
  const own = plainMembers(options, 'options')
  const { jwks, principalTags, ...settings } = withoutPrototype(check(schema, own, 'options'))
  const { issuer, account, organization, keysFreshFor, keysStaleFor } = withoutPrototype(settings)
  if (issuer === undefined && account === undefined && organization === undefined) {
    throw new InputError(
      'options',
      'must pin who may speak, by issuer, account or organization: AWS signs tokens for each of its customers',
    )
  }
  if (keysStaleFor < keysFreshFor) throw new InputError('keysStaleFor', 'must be keysFreshFor or more')
  const keysGiven = jwks === undefined ? undefined : givenByIssuer(jwks, issuer)
  return withoutPrototype({
    ...settings,
    ...(principalTags !== undefined && { principalTags: tagPins(principalTags) }),
    jwks: keysGiven,
    issuer: issuer ?? (keysGiven && Object.freeze([...keysGiven.keys()])),
    fetch: own.fetch,
    now: own.now ?? Date.now,
  })
}

function withoutPrototype<Members extends object>(object: Members): Members {
  return Object.assign(Object.create(null), object)
}

const text = (pattern: RegExp, rule: string) => v.pipe(v.string(rule), v.regex(pattern, rule))

// Frozen, as is each list below: errors hold them as `expected`, and whoever catches one must not widen a pin.
function oneOrMore(item: v.GenericSchema<string>) {
  const list = v.pipe(
    v.array(item, 'must be a string or a list of strings'),
    v.minLength(1, 'must name at least one'),
  )
  return v.pipe(
    v.lazy((value) => (Array.isArray(value) ? list : item)),
    v.transform((value): readonly string[] => Object.freeze(typeof value === 'string' ? [value] : value)),
  )
}

function between(least: number, most: number, unit = ' milliseconds') {
  const rule = `must be from ${least} to ${most}${unit}`
  return v.pipe(v.number(rule), v.minValue(least, rule), v.maxValue(most, rule))
}

const audience = v.pipe(
  v.string('must be a string, or a list of strings'),
  v.check((value) => value.length >= 1 && value.length <= 1000, 'must have 1 to 1000 characters'),
)
const issuer = v.pipe(
  v.string('must be a string, or a list of strings'),
  v.check(
    isIssuer,
    'must be https:// and a host in lower case, without port or path, as AWS writes it; or http:// on loopback',
  ),
)
const account = text(/^\d{12}$/, 'must be an AWS account of twelve digits, as a string')
const organization = text(/^o-[a-z0-9]{1,32}$/, 'must be the id of an AWS organization, such as o-a1b2c3d4e5')
const organizationalUnit = text(
  /^o-[a-z0-9]{1,32}\/[!-~]+$/,
  'must begin with the id of an organization, such as o-a1b2c3d4e5/r-ab12/*',
)
const subject = v.pipe(
  v.string('must be a string, or a list of strings'),
  v.check((value) => arnParts(value).length === 6 && value.startsWith('arn:'), 'must be an ARN of six parts'),
)
const region = text(/^[a-z0-9-]{1,64}$/, 'must be an AWS region, such as eu-central-1')
const callback = v.function('must be a function')
const whole = (most: number, least: number) =>
  v.pipe(between(least, most, ''), v.integer('must be a whole number'))
const object = v.custom<Readonly<Record<string, unknown>>>(isPlainObject, MUST_BE_PLAIN)

const schema = v.strictObject(
  {
    audience: oneOrMore(audience),
    issuer: v.exactOptional(oneOrMore(issuer)),
    account: v.exactOptional(oneOrMore(account)),
    organization: v.exactOptional(oneOrMore(organization)),
    organizationalUnit: v.exactOptional(oneOrMore(organizationalUnit)),
    subject: v.exactOptional(oneOrMore(subject)),
    region: v.exactOptional(oneOrMore(region)),
    principalTags: v.exactOptional(object),
    maxTokenAge: v.exactOptional(between(1, 3_600_000)),
    clockTolerance: v.optional(between(0, 300_000), 0),
    algorithms: v.exactOptional(
      v.pipe(
        v.array(v.picklist(SIGNING_ALGORITHMS, 'must be RS256 or ES384'), 'must be a list'),
        v.minLength(1, 'must name at least one'),
        v.transform((list): readonly SigningAlgorithm[] => Object.freeze(list)),
      ),
      () => [...SIGNING_ALGORITHMS],
    ),
    jwks: v.optional(object),
    fetch: v.optional(callback),
    keysFreshFor: v.optional(between(1000, 86_400_000), 600_000),
    keysStaleFor: v.optional(between(1000, 604_800_000), 86_400_000),
    fetchTimeout: v.optional(between(1, 60_000), 5000),
    remember: v.optional(whole(100_000, 0), 1000),
    now: v.optional(callback),
    maxIssuers: v.optional(whole(10_000, 1), 100),
  },
  'must be an object',
)

// By hand: valibot's record drops keys such as `constructor` in silence, and with them a pin.
function tagPins(tags: Readonly<Record<string, unknown>>): ReadonlyMap<string, readonly string[]> {
  const values = oneOrMore(v.string('must be a string, or a list of strings'))
  const pins = Object.entries(tags).map(
    ([key, value]) => [key, check(values, value, `principalTags.${key}`)] as const,
  )
  if (pins.length === 0) throw new InputError('principalTags', 'must name at least one tag')
  return new Map(pins)
}

function givenByIssuer(
  jwks: Readonly<Record<string, unknown>>,
  issuers: readonly string[] | undefined,
): ReadonlyMap<string, readonly object[]> {
  if (Object.hasOwn(jwks, 'keys')) {
    const [only, ...others] = issuers ?? []
    if (only === undefined || others.length > 0) {
      throw new InputError('jwks', 'must be given by issuer, unless there is exactly one issuer')
    }
    return new Map([[only, keysIn(jwks, 'jwks')]])
  }
  const byIssuer = new Map(
    Object.entries(jwks).map(([name, value]) => [
      check(issuer, name, 'jwks'),
      keysIn(check(object, value, `jwks["${name}"]`), `jwks["${name}"]`),
    ]),
  )
  const missing = issuers?.find((name) => !byIssuer.has(name))
  if (missing !== undefined) throw new InputError('jwks', `must have the keys of ${missing}`)
  // It would make a verifier that refuses everybody.
  if (byIssuer.size === 0) throw new InputError('jwks', 'must name at least one issuer')
  return byIssuer
}

function keysIn(jwks: Readonly<Record<string, unknown>>, path: string): readonly object[] {
  const keys: unknown = jwks['keys']
  const isList = Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null)
  if (!isList) throw new InputError(`${path}.keys`, 'must be a list of JWKs')
  try {
    // Copies, as what is verified by must not change under the verifier.
    return keys.map((key) => structuredClone(key))
  } catch (cause) {
    throw new InputError(`${path}.keys`, 'must be a list of JWKs, which hold JSON and nothing else', {
      cause,
    })
  }
}
