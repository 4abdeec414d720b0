// `npm run check:policy [FILE …]`: whether policy.json is a policy, and that of `npm run dev` too, before they are used. A
// Worker with a wrong one gives nothing. It ends with 1 where one is wrong; of secrets that end soon it only warns.

import { existsSync, readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { JsonError, parseJson } from './check-policy/parse-json.ts'
import { endingSecrets, publishedSecrets } from './check-policy/secrets.ts'
import { checkPolicy, PolicyError } from './policy/check-policy.ts'
import type { Policy } from './policy/policy.ts'

const DEV = fileURLToPath(new URL('dev/policy.json', import.meta.url))
const DEPLOYED = fileURLToPath(new URL('policy.json', import.meta.url))

const files = process.argv.slice(2)
for (const file of files.length > 0
  ? files
  : [DEPLOYED, DEV].filter((each) => each !== DEV || existsSync(DEV))) {
  const shown = files.includes(file) ? file : relative('', file)
  try {
    const policy = read(file)
    const { length } = policy.callers
    console.log(`${shown}: ${length === 1 ? '1 caller' : `${length} callers`}`)
    for (const warning of endingSecrets(policy, Date.now())) console.warn(`${shown}: warning: ${warning}`)
  } catch (error) {
    console.error(`${shown}${complaintOf(error)}`)
    process.exitCode = 1
  }
}

/** @throws {PolicyError | JsonError} */
function read(file: string): Policy {
  const policy = checkPolicy(parseJson(readFileSync(file, 'utf8')))
  const published = resolve(file) === DEV ? [] : publishedSecrets(policy, readDev())
  if (published.length > 0) throw new PolicyError(published.join('; '))
  return policy
}

// Who has no use for `npm run dev` may have deleted its folder; what is wrong there is told of its own file.
function readDev(): unknown {
  try {
    return parseJson(readFileSync(DEV, 'utf8'))
  } catch {
    return undefined
  }
}

function complaintOf(error: unknown): string {
  if (error instanceof PolicyError) return `:\n  ${error.message.replaceAll('; ', '\n  ')}`
  if (error instanceof JsonError) return `:${error.line}:${error.column}: ${error.message}`
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return ' does not exist.'
  if (code !== undefined) return ` can’t be read: ${code}`
  throw error
}
