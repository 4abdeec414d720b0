// What a token has at each check, in a few words; all of it as the token says it.

import type { DecodedToken } from '../../verify/decode.ts'
import { momentInWords } from '../time-words.ts'
import { accountOf, organizationOf } from './asked.ts'
import type { CheckName } from './check.ts'

export function factsOf(token: DecodedToken | undefined, now: number): Readonly<Record<CheckName, string>> {
  const { header = {}, claims = {} } = token ?? {}
  const kid = text(header['kid'])
  return {
    form: 'a signed JWT, to the letter',
    algorithm: text(header['alg']),
    header: `names the key ${kid}, and nothing that would choose another`,
    issuer: text(claims['iss']),
    keys: 'published by the issuer',
    key: kid,
    signature: 'made by that key',
    claims: 'all that AWS writes',
    audience: [claims['aud']].flat().map(text).join(', '),
    owner: accountOf(token).replace(/^(?=.)/, 'account '),
    account: accountOf(token),
    organization: organizationOf(token),
    times: `issued ${moment(claims['iat'], now)}, expires ${moment(claims['exp'], now)}`,
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function moment(seconds: unknown, now: number): string {
  return typeof seconds === 'number' ? momentInWords(seconds * 1000, now) : 'never'
}
