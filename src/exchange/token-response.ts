// Reads a successful token response: RFC 6749 section 5.1, RFC 8693 section 2.2.1, and what of both parties leave out.

import { timesOfJwt } from '../token-source/jwt-lifetime.ts'
import { type GrantedToken, type JsonObject, type ReplyContext, UnusableReply } from './step.ts'

/** The lifetime of a token that nobody tells, in milliseconds. */
const UNTOLD = 5 * 60_000

/** @throws {UnusableReply} */
export function readTokenResponse(reply: JsonObject, context: ReplyContext): GrantedToken {
  const value = accessToken(reply['access_token'], 'access_token')
  checkTokenType(reply['token_type'])
  checkIssuedTokenType(reply['issued_token_type'])
  const { scope } = reply
  if (scope !== undefined && scope !== null && typeof scope !== 'string') {
    throw new UnusableReply('its scope is no string')
  }
  const lifetime = lifetimeTold(reply['expires_in']) ?? lifetimeOfToken(value, context) ?? UNTOLD
  return { value, lifetime, ...(scope && { scope }) }
}

/**
 * How long a token lives by what it says of itself, in milliseconds; `undefined` where it says nothing.
 *
 * @throws {UnusableReply} where it has ended.
 */
export function lifetimeOfToken(token: string, { serverTime }: ReplyContext): number | undefined {
  const times = timesOfJwt(token)
  if (times === undefined) return undefined
  const { issuedAt, expiresAt } = times
  // A party may give one that it has had for a while: by its own clock it has less left.
  const lifetime = expiresAt - Math.max(issuedAt, serverTime ?? issuedAt)
  if (lifetime <= 0) throw new UnusableReply('its token is over')
  return lifetime
}

/** What a header can carry (RFC 6750 section 2.1 has a little less). */
export function accessToken(value: unknown, member: string): string {
  if (typeof value !== 'string') throw new UnusableReply(`it has no ${member}`)
  if (!/^[\x21-\x7e]+$/.test(value)) throw new UnusableReply(`its ${member} holds what no header can carry`)
  return value
}

// Required, without regard to case (RFC 6749 section 7.1). `N_A` is RFC 8693's word for what is no access token, and a
// token of another type, such as DPoP, needs more than to be shown.
function checkTokenType(type: unknown): void {
  if (typeof type === 'string' && type.toLowerCase() === 'bearer') return
  throw new UnusableReply(type === undefined ? 'it has no token_type' : 'its token_type is not Bearer')
}

const ACCESS_TOKEN_TYPES = ['access_token', 'jwt'].map((name) => `urn:ietf:params:oauth:token-type:${name}`)

// Required of a token exchange, and left out by several parties.
function checkIssuedTokenType(type: unknown): void {
  if (type === undefined || type === null || ACCESS_TOKEN_TYPES.some((each) => each === type)) return
  throw new UnusableReply('its issued_token_type is none of an access token')
}

// Seconds: a number as the RFC has it, or the digits as a string, as servers were seen to write it.
function lifetimeTold(expiresIn: unknown): number | undefined {
  if (expiresIn === undefined || expiresIn === null) return undefined
  const isDigits = typeof expiresIn === 'string' && /^\d{1,10}(?:\.\d{1,9})?$/.test(expiresIn)
  const seconds = isDigits ? Number(expiresIn) : expiresIn
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds <= 0) {
    throw new UnusableReply('its expires_in is no number of seconds to come')
  }
  return seconds * 1000
}
