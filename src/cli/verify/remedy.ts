// What to do about a token that was refused.

import type { VerificationError, VerificationErrorCode } from '../../errors.ts'
import { shellQuoted } from '../shell-quoted.ts'

/** One sentence. */
export function remedyFor({ code, actual }: VerificationError): string {
  const issuer = typeof actual === 'string' ? actual : ''
  if (code === 'issuer' && issuer.startsWith('http://')) {
    // The token chose it, and a person will paste it.
    return `If this is your emulator, name it: --issuer ${shellQuoted(issuer)}`
  }
  return remedies[code]
}

const forged = 'AWS makes no such token: do not trust it.'
const mintAnew = 'Ask for a new token.'
const clock = 'Set the clock of this machine right.'
const whose = 'If it should be accepted, name it on the line; else do not trust the token.'

const remedies: Readonly<Record<VerificationErrorCode, string>> = {
  malformed: 'Copy the whole token: three parts with two dots between them, and nothing else.',
  algorithm: forged,
  header: forged,
  issuer: `${whose} The issuer of your account: aws-web-identity status`,
  audience:
    'Ask for a token for the audience that you want: aws-web-identity token --audience … --algorithm …',
  account: whose,
  organization: whose,
  organizational_unit: whose,
  subject: whose,
  region: whose,
  principal_tags: whose,
  expired: mintAnew,
  not_yet_valid: clock,
  issued_in_future: clock,
  too_old: mintAnew,
  lifetime: forged,
  claims: forged,
  signature: forged,
  key_not_found: forged,
  key_unusable: 'The issuer publishes a key that is too weak or for something else: tell its owner.',
  keys_unavailable:
    'Nothing can be said of the token until its issuer answers: see that this machine reaches it.',
}
