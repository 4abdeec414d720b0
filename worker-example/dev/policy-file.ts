// The policy that is being edited, and the copy that the Worker is built with. What is no policy never gets there: wrangler
// would let every request wait until it can build again, and the Worker would give nothing.

import { mkdtempSync, readFileSync, watchFile, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { JsonError, parseJson } from '../check-policy/parse-json.ts'
import { checkPolicy, PolicyError } from '../policy/check-policy.ts'

/** Where it is, and what it is given. */
export interface FollowedPolicy {
  /** The file that is edited. */
  readonly file: string
  /** The emulator's issuer, for the copy alone. */
  readonly issuer: string
  /** Where the copy is to have a folder. */
  readonly folder: string
  /** Called with a sentence on what became of the policy. */
  readonly tell: (sentence: string) => void
}

/**
 * Copies the policy, now and whenever it is saved, and gives the path of the copy. @throws where it is no policy
 *
 * In the copy the emulator's issuer is trusted: the policy names an AWS account alone, and AWS's issuers are known to be AWS's
 * by their addresses.
 */
export function followPolicy({ file, issuer, folder, tell }: FollowedPolicy): string {
  // Alone in a folder: wrangler looks at all that is in there, and takes each change for one of the Worker.
  const copy = join(mkdtempSync(join(folder, 'policy-')), 'policy.json')
  tell(copyPolicy(file, issuer, copy))
  // By looking at it again and again: many editors put another file in its place, which a watch on the first would miss.
  watchFile(file, { interval: 200 }, () => {
    try {
      tell(copyPolicy(file, issuer, copy))
    } catch (error) {
      tell(`${error instanceof Error ? error.message : error}\n   The broker goes on with the one before.`)
    }
  })
  return copy
}

function copyPolicy(file: string, issuer: string, copy: string): string {
  try {
    const document = parseJson(readFileSync(file, 'utf8'))
    const { callers } = checkPolicy(document)
    writeFileSync(copy, JSON.stringify(withIssuer(document, issuer)))
    return `The policy knows ${callers.map(({ name }) => name).join(', ') || 'nobody'}.`
  } catch (error) {
    throw new Error(`${file}${complaintOf(error)}`, { cause: error })
  }
}

function withIssuer(document: unknown, issuer: string): object {
  const policy = Object(document) as { webIdentity?: object } // it was checked
  return policy.webIdentity === undefined
    ? policy
    : { ...policy, webIdentity: { ...policy.webIdentity, issuer: [issuer] } }
}

function complaintOf(error: unknown): string {
  if (error instanceof PolicyError) return ` is wrong: ${error.message}`
  if (error instanceof JsonError) return `:${error.line}:${error.column}: ${error.message}`
  return ` can’t be read: ${error instanceof Error ? error.message : error}`
}
