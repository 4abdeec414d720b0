// The policy that this Worker was deployed with. Which file it is, wrangler.toml says under [alias].

import document from 'policy.json'
import { Problem } from '../http/problem.ts'
import { checkPolicy, PolicyError } from './check-policy.ts'
import type { Policy } from './policy.ts'

let loaded: Policy | PolicyError | undefined

/** @throws {Problem} 503 where it is none; what is wrong with it is told to the log alone. */
export function loadPolicy(): Policy {
  loaded ??= load()
  if (loaded instanceof PolicyError) {
    throw new Problem(503, 'not_configured', 'The Worker’s policy is wrong. Its log says what.', {
      why: `The policy is wrong: ${loaded.message}`,
    })
  }
  return loaded
}

// At the first request and not when the Worker starts: a Worker that fails there shows nobody why.
function load(): Policy | PolicyError {
  try {
    return checkPolicy(document)
  } catch (error) {
    if (error instanceof PolicyError) return error
    throw error
  }
}
