// The demonstration's policy: another one for each run, so that what opens it is never written down.

import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A policy with one caller, in memory and in a file. @param audience for which it may have tokens, with a tag of this key */
export function makePolicy({ audience, tagKey }: { readonly audience: string; readonly tagKey: string }) {
  const tokenSecret = randomBytes(32).toString('base64url')
  const consoleSecret = randomBytes(32).toString('base64url')
  const policy = {
    console: { secrets: [{ sha256: sha256(consoleSecret) }] },
    callers: [
      {
        name: 'demonstration',
        secrets: [{ sha256: sha256(tokenSecret) }],
        audiences: [audience],
        tags: { allowed: [tagKey] },
      },
    ],
  }
  const folder = mkdtempSync(join(tmpdir(), 'policy-'))
  // At Ctrl-C the process ends, and nothing that waits for the demonstration's end is done any more.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'policy.json')
  writeFileSync(file, JSON.stringify(policy))
  return { tokenSecret, consoleSecret, policy, file }
}

function sha256(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
