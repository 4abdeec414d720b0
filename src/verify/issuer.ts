// Whose tokens are looked at: decided by the text of `iss` before a key is fetched, because `iss` says where from.
// An issuer of AWS is https://<uuid>.tokens.sts.global.api.aws, and that host serves every customer of AWS.

import { VerificationError } from '../errors.ts'
import { isLoopback } from '../http/secure-url.ts'
import { anyOf, quoted } from './quoted.ts'

const AWS_ISSUER = /^https:\/\/[a-z0-9-]{1,63}\.tokens\.sts\.global\.api\.aws$/

/** Whether the owner of the verifier may name it: https and a host alone, or http on this machine. */
export function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, origin, href } = new URL(text)
  // To the letter, so that no spelling which the parser mends gets through: capitals, a port, a dot segment.
  if (protocol === 'https:') return text === `https://${hostname}` && text === origin
  const isPlain = text === href.replace(/\/$/, '') && !/[?#@]/.test(text)
  return protocol === 'http:' && isLoopback(hostname) && isPlain
}

/**
 * @param accepted the issuers that the owner named; without any, each that AWS may have
 * @throws {VerificationError} `claims` or `issuer`
 */
export function checkIssuer(issuer: unknown, accepted: readonly string[] | undefined): void {
  if (typeof issuer !== 'string') {
    throw new VerificationError('claims', 'The claim "iss" is missing or no string')
  }
  if (accepted?.includes(issuer) ?? AWS_ISSUER.test(issuer)) return
  const awsName = issuer === 'https://sts.amazonaws.com' || issuer === 'https://sts.amazonaws.com/'
  const hint = awsName ? ' ("https://sts.amazonaws.com/" is the name of a claim, and no issuer)' : ''
  const wanted = accepted === undefined ? 'an issuer of AWS' : anyOf(accepted)
  throw new VerificationError('issuer', `Issued by ${quoted(issuer)}, accepted is ${wanted}${hint}`, {
    expected: accepted ?? 'https://<uuid>.tokens.sts.global.api.aws',
    actual: issuer.slice(0, 200),
  })
}
