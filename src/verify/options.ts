// The options of `createVerifier`: their types, which can't be written without a pin. They are checked in
// check-options.ts.

import type { Fetch } from '../http/fetch.ts'
import type { SigningAlgorithm } from './header.ts'
import type { JsonWebKeySet } from './key-set.ts'

/** One, or several of which any will do. */
export type OneOrMore = string | readonly string[]

/** Who may speak. */
export interface Pinned {
  /**
   * The issuers that are accepted, to the letter. `https` and a host, such as
   * `https://<uuid>.tokens.sts.global.api.aws`, or, for the emulator, `http` on loopback with a port and a path.
   * The best pin: forged tokens of other issuers cost no request at all, and keep nobody out.
   */
  readonly issuer: OneOrMore
  /** The AWS accounts that are accepted, of twelve digits. */
  readonly account: OneOrMore
  /** The AWS organizations that are accepted, such as `o-a1b2c3d4e5`. */
  readonly organization: OneOrMore
}

/** At least one of the three. */
export type AtLeastOnePin =
  | (Pick<Pinned, 'issuer'> & Partial<Pinned>)
  | (Pick<Pinned, 'account'> & Partial<Pinned>)
  | (Pick<Pinned, 'organization'> & Partial<Pinned>)

/**
 * What a verifier is made of: a plain object. A pin, `maxTokenAge` or `algorithms` that is given as `undefined` is refused,
 * as an environment variable that is not set would silently open the door: leave out what is not meant.
 */
export type VerifierOptions = AtLeastOnePin & VerifierSettings

/** All but the three pins of which one is needed. */
export interface VerifierSettings {
  /** What this service answers to: the token must be signed for one of them, to the letter. */
  readonly audience: OneOrMore
  /**
   * The principals that are accepted: ARNs, in which `*` stands for any characters and `?` for one, within each of
   * the parts between colons, as in IAM's `ArnLike`.
   */
  readonly subject?: OneOrMore
  /**
   * The organizational units that are accepted: paths such as `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*`, with `*` and
   * `?` as IAM's `aws:PrincipalOrgPaths` has them. Of the token's paths one must do.
   */
  readonly organizationalUnit?: OneOrMore
  /** The AWS regions in which tokens may have been asked for. */
  readonly region?: OneOrMore
  /**
   * Tags that the principal must have, each with one of these values. Whoever may set session tags
   * (`sts:TagSession`) can have any: they are worth what the account's policies make them.
   */
  readonly principalTags?: Readonly<Record<string, OneOrMore>>
  /**
   * The most that may have passed since the token was minted, in milliseconds, 1 to 3,600,000. Default: no bound but its
   * end.
   */
  readonly maxTokenAge?: number
  /** How far this machine's clock may be off, for `exp` and `nbf`: 0 to 300,000 milliseconds. Default 0. */
  readonly clockTolerance?: number | undefined
  /** The algorithms that are accepted. Default `['RS256', 'ES384']`, which are all that AWS has. */
  readonly algorithms?: readonly SigningAlgorithm[]
  /**
   * The keys, given outright: then nothing is ever fetched. Either a JWKS, where exactly one `issuer` is given, or
   * JWKSs by issuer, of which each given `issuer` must have one; without a given `issuer` those here are accepted.
   */
  readonly jwks?: JsonWebKeySet | Readonly<Record<string, JsonWebKeySet>> | undefined
  /** In place of the global `fetch`, which is otherwise looked up at each request. */
  readonly fetch?: Fetch | undefined
  /**
   * How long keys are taken as they are, in milliseconds, 1000 to 86,400,000. Default 600,000 (10 minutes). The
   * issuer's `Cache-Control` can shorten it, to a minute at the least. Then they are fetched again, while the old
   * ones serve; after twice that time a token waits for the new ones.
   */
  readonly keysFreshFor?: number | undefined
  /**
   * How long keys serve where the issuer can't be reached, in milliseconds from when they were fetched,
   * `keysFreshFor` to 604,800,000. Default 86,400,000 (24 hours).
   */
  readonly keysStaleFor?: number | undefined
  /** The bound on fetching an issuer's keys, both documents, in milliseconds, 1 to 60,000. Default 5000. */
  readonly fetchTimeout?: number | undefined
  /**
   * How many tokens that verified are remembered, 0 to 100,000, so that a token that comes again costs no signature.
   * Default 1000; 0 turns it off. A token takes about twice its length.
   */
  readonly remember?: number | undefined
  /** This machine's clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined
  /**
   * Of how many issuers the keys are kept, 1 to 10,000, where `issuer` is not given. Default 100. For an organization give
   * at least as many as it has accounts. Issuers of which no token was accepted yet are asked for their keys so many times
   * in half a minute, all together, as whoever knows what is pinned, such as the account's number, can forge tokens that
   * name issuers of AWS without end. Such a forger keeps an issuer that is new out for up to 30 seconds, again and again:
   * give `issuer` where strangers can reach you.
   */
  readonly maxIssuers?: number | undefined
}
