// Verifies a token of AWS, from cheap to dear: its form, its issuer, what it says, whom the owner trusts, the time, its key, its
// signature. What no signature could make good costs none, and uses up nothing of what may be asked of issuers that anybody
// can make up. RFC 7519 section 7.2, RFC 8725.

import { Recent } from '../recent.ts'
import { checkWebCrypto } from '../web-crypto.ts'
import { checkOptions } from './check-options.ts'
import { readClaims } from './claims.ts'
import {
  checkLength,
  checkSigned,
  parseClaims,
  parseHeader,
  splitCompact,
  type TokenParts,
} from './compact.ts'
import { platformDigest } from './digest.ts'
import { readHeader, type TokenHeader } from './header.ts'
import { type IdentityFacts, toIdentity, type WebIdentity } from './identity.ts'
import { checkIssuer } from './issuer.ts'
import { own } from './json.ts'
import { fetchedKeys, givenKeys } from './key-source.ts'
import type { VerifierOptions } from './options.ts'
import { checkPins } from './pins.ts'
import { checkSignature } from './signature.ts'
import { checkTimes } from './times.ts'

/** Decides whether a token is to be trusted. Its functions need no `this`. */
export interface Verifier {
  /**
   * Who speaks, if AWS says so for this service and the pins hold.
   *
   * @throws {VerificationError} whose `code` is the reason; `keys_unavailable` where nothing can be said of the token.
   * @throws {WebIdentityError} `web_crypto_unavailable` on a page that came neither over https nor from localhost.
   */
  readonly verify: (token: string) => Promise<WebIdentity>
  /**
   * Fetches the keys of each given `issuer` that are not there yet, so that the first token need not wait. Where only
   * accounts or organizations are pinned the issuers are not known yet, and nothing is fetched.
   *
   * @throws {VerificationError} `keys_unavailable`
   */
  readonly prefetch: () => Promise<void>
}

const REMEMBERED_HEADERS = 16

/** What a token says that the owner would accept, had the issuer signed it. */
interface ReadToken {
  readonly header: TokenHeader
  readonly facts: IdentityFacts
}

/** What is remembered of a token that was accepted. */
interface Accepted extends ReadToken {
  /** The key that verified it: in force only as long as the issuer publishes that very key. */
  readonly material: string
}

/**
 * Makes a verifier of AWS's web identity tokens for a service. Make one and keep it: it holds the issuers' keys and
 * the tokens that were verified a moment ago. It fetches nothing before the first token.
 *
 * @throws {InputError} which names the option that is missing or malformed.
 * @example
 * ```ts
 * import { createVerifier } from 'aws-web-identity/verify'
 *
 * const verifier = createVerifier({ audience: 'https://api.example.com', account: '123456789012' })
 *
 * export async function callerOf(token: string) {
 *   const { subject, accountId } = await verifier.verify(token)
 *   return `${subject} of ${accountId}`
 * }
 * ```
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const settings = checkOptions(options)
  const keys = settings.jwks === undefined ? fetchedKeys(settings) : givenKeys(settings.jwks)
  const digestOf = platformDigest()
  // Each key of an issuer signs under one header, to the letter.
  const headers = new Recent<TokenHeader>(REMEMBERED_HEADERS)
  // By the SHA-256 of tokens and never by their text, and only what was accepted: nobody can fill it with forgeries.
  const memory = settings.remember > 0 ? new Recent<Accepted>(settings.remember) : undefined

  async function verify(token: string): Promise<WebIdentity> {
    checkWebCrypto()
    checkLength(token)
    const digest = memory && (await digestOf(token))
    const remembered = digest === undefined ? undefined : memory?.get(digest)
    const { header, facts } = remembered ?? read(splitCompact(token))
    checkTimes(facts, settings, settings.now())
    const { issuer } = facts.undated
    const keysOfIssuer = keys.keysOf(issuer)
    const keySet = await keysOfIssuer.keySetWith(header.kid)
    const key = await keySet.keyFor(header)
    const isKnown = remembered?.material === key.material
    if (!isKnown) await checkSignature(token, header.algorithm, key)
    // Fetching the key may have taken its time.
    checkTimes(facts, settings, settings.now())
    keys.confirm(issuer, keysOfIssuer)
    if (!isKnown) headers.set(token.slice(0, token.indexOf('.')), header)
    if (digest !== undefined && !isKnown) memory?.set(digest, { header, facts, material: key.material })
    return toIdentity(facts)
  }

  /** All that is ever said of a token without a key, but for the time. */
  function read(parts: TokenParts): ReadToken {
    const header = headers.get(parts.header) ?? readHeader(parseHeader(parts), settings.algorithms)
    checkSigned(parts)
    const claims = parseClaims(parts)
    checkIssuer(own(claims, 'iss'), settings.issuer)
    const facts = readClaims(claims)
    checkPins(facts, settings)
    return { header, facts }
  }

  return {
    verify,
    async prefetch() {
      await Promise.all((settings.issuer ?? []).map((issuer) => keys.keysOf(issuer).keySet()))
    },
  }
}
