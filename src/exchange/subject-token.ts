// Whether a party will take a token, by what its documentation says: seen before the token is sent.

import { InputError } from '../errors.ts'
import { ownMembers } from '../own-members.ts'
import { algorithmRule } from './make-preset.ts'
import type { Preset } from './preset.ts'

/** @throws {InputError} `source`, which gives tokens that are no JWTs, or none of this algorithm or audience. */
export function checkSubjectToken(token: string, preset: Preset): void {
  const { header, claims } = decoded(token)
  const algorithm = header['alg']
  if (!preset.signingAlgorithms.some((each) => each === algorithm)) {
    throw new InputError('source', `gives a token whose algorithm ${algorithmRule(preset)}`)
  }
  const audience = [claims['aud']].flat()
  const wanted = [preset.tokenRequest.audience].flat()
  const has = (each: string) => audience.includes(each)
  if (wanted.every(has) && audience.length === wanted.length) return
  const sentence = wanted.map((each) => `"${each}"`).join(' and ')
  throw new InputError(
    'source',
    `gives a token for another audience: ${preset.party} wants ${sentence} alone`,
  )
}

type Members = Readonly<Record<string, unknown>>

const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/

function decoded(token: unknown): { header: Members; claims: Members } {
  try {
    // An object may say something else each time; white space, which `atob` skips, would end a header.
    if (typeof token !== 'string' || !COMPACT_JWS.test(token)) throw new SyntaxError('it is no JWT')
    const [header = '', claims = ''] = token.split('.')
    return { header: membersOf(header), claims: membersOf(claims) }
  } catch {
    // Whatever it is, it may be a secret.
    throw new InputError(
      'source',
      'gives what is no signed JWT: it must be a source of AWS web identity tokens',
    )
  }
}

function membersOf(part: string): Members {
  const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'))
  const text = new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)))
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw new SyntaxError('it is no object')
  return ownMembers<Members>({ ...value })
}
