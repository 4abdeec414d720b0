// What wrangler.toml and `wrangler secret put` give the Worker, and the check of it.

import { InputError } from 'aws-web-identity'
import * as v from 'valibot'

// Every rule has its own words, because valibot's would show the value that broke it.
const text = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'))

const schema = v.object({
  AWS_REGION: text,
  AWS_ENDPOINT_URL_STS: v.optional(text),
  AWS_ROLE_ARNS: v.optional(listOf(text), ''),
  SEALING_KEYS: listOf(
    v.pipe(text, v.regex(/^[\w+/-]{43}=?$/, 'must be 32 bytes in base64: openssl rand -base64 32')),
  ),
})

/** The Worker's variables and secrets. */
export interface Settings {
  /** The region whose STS is asked. */
  readonly AWS_REGION: string
  /** An address in place of AWS's own, for the emulator. */
  readonly AWS_ENDPOINT_URL_STS?: string
  readonly AWS_ACCESS_KEY_ID: string
  readonly AWS_SECRET_ACCESS_KEY: string
  readonly AWS_SESSION_TOKEN?: string
  /** Roles that are assumed one from the other, the last of which mints: ARNs with commas between them. */
  readonly AWS_ROLE_ARNS?: string
  /** One key of 32 bytes in base64 or several with commas between them: the first seals and signs, all open. */
  readonly SEALING_KEYS: string
}

/** The settings, checked; credentials are the provider's to check. @throws {InputError} */
export function settingsOf(env: Settings): v.InferOutput<typeof schema> {
  const { success, output, issues } = v.safeParse(schema, env, { abortEarly: true })
  if (success) return output
  const [issue] = issues
  // A member that is not there is an issue of the object, which has no words of ours.
  throw new InputError(v.getDotPath(issue) ?? 'env', issue.type === 'object' ? 'is missing' : issue.message)
}

function listOf<const Item extends v.GenericSchema<string, string>>(item: Item) {
  return v.pipe(
    v.string('must be a string'),
    v.transform((list) => list.split(',').flatMap((each) => each.trim() || [])),
    v.array(item),
  )
}
