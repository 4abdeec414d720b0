// Whether the issuer publishes the key that signed the token: RFC 7517, section 5.

import { decode } from '../../verify/decode.ts'
import { exitCodes } from '../exit-code.ts'
import { shellQuoted } from '../shell-quoted.ts'
import { published } from './document.ts'
import { step } from './step.ts'

export const keys = step('keys', ['jwksUri'], async ({ jwksUri, token }) => {
  const answer = await published(jwksUri)
  const command = `curl --silent ${shellQuoted(jwksUri)}`
  const kids = 'document' in answer ? kidsIn(answer.document) : undefined
  if (kids === undefined) {
    return {
      result: 'failed',
      exitCode: exitCodes.network,
      cause: 'problem' in answer ? answer.problem : `${jwksUri} holds no list of keys.`,
      remedy: 'No receiver can verify a token without it. See what it says:',
      command,
    }
  }
  const kid = token === undefined ? undefined : String(decode(token).header['kid'])
  const list = kids.length === 0 ? 'none' : kids.join(', ')
  if (kid === undefined || kids.includes(kid)) {
    const which = kid === undefined ? '' : `, among them that of the token, ${kid}`
    return { result: 'ok', fact: `published are ${list}${which}` }
  }
  return {
    result: 'failed',
    exitCode: exitCodes.refused,
    cause: `The key of the token, ${kid}, is not published: there is ${list}.`,
    remedy: 'The document is an old one, or that of another issuer: see who answers there.',
    command,
  }
})

function kidsIn({ keys: list }: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  if (!Array.isArray(list)) return undefined
  return list.map((key: unknown) =>
    typeof key === 'object' && key !== null ? String(Reflect.get(key, 'kid')) : 'no key',
  )
}
