// What wrangler.toml and `wrangler secret put` gave the Worker, checked. A caller learns only that something is
// wrong with it; which member is for the log.

import { StsClient } from 'aws-web-identity'
import * as v from 'valibot'
import { Refusal } from './answer.ts'

// Every rule has its own words, because valibot's would show the value that broke it.
const text = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'))

// RFC 6750 §2.1 says what a bearer token can hold; 32 random characters are beyond guessing.
const tokenSecretSchema = v.object({
  TOKEN_SECRET: v.pipe(text, v.regex(/^[\w.~+/-]{32,}=*$/, 'must be 32 or more of A-Z a-z 0-9 - . _ ~ + /')),
})

const minterSchema = v.object({
  AWS_ACCESS_KEY_ID: text,
  AWS_SECRET_ACCESS_KEY: text,
  AWS_SESSION_TOKEN: v.optional(text),
  AWS_REGION: text,
  AWS_ENDPOINT_URL_STS: v.optional(text),
  AUDIENCES: v.pipe(v.array(text, 'must be an array of strings'), v.nonEmpty('must name an audience')),
})

/** The Worker's variables and secrets. */
export interface Env extends v.InferOutput<typeof tokenSecretSchema>, v.InferOutput<typeof minterSchema> {}

/** The secret that callers must show. @throws {Refusal} 503 where there is none. */
export function readTokenSecret(env: Env): string {
  return check(tokenSecretSchema, env).TOKEN_SECRET
}

interface Minter {
  readonly sts: StsClient
  readonly audiences: readonly string[]
}

// One client for all requests of an isolate: it remembers the server's clock, and how often it may retry.
const minters = new WeakMap<Env, Minter>()

/** The client of STS and the audiences that it may mint for. @throws {Refusal} 503 where a member is wrong. */
export function readMinter(env: Env): Minter {
  const minter = minters.get(env) ?? makeMinter(env)
  minters.set(env, minter)
  return minter
}

function makeMinter(env: Env): Minter {
  const checked = check(minterSchema, env)
  try {
    const sts = new StsClient({
      region: checked.AWS_REGION,
      endpoint: checked.AWS_ENDPOINT_URL_STS,
      timeout: 5_000, // a caller is waiting
      credentials: {
        accessKeyId: checked.AWS_ACCESS_KEY_ID,
        secretAccessKey: checked.AWS_SECRET_ACCESS_KEY,
        sessionToken: checked.AWS_SESSION_TOKEN,
      },
    })
    return { sts, audiences: checked.AUDIENCES }
  } catch (error) {
    // The region or the endpoint, which only the client can judge.
    throw notConfigured(error instanceof Error ? error.message : String(error))
  }
}

/** 503; the reason goes to the log. */
export function notConfigured(reason: string): Refusal {
  console.error(`The Worker's configuration is wrong: ${reason}`)
  return new Refusal(503, 'not_configured', 'The Worker is not configured. Its log says what is wrong.')
}

function check<Schema extends v.GenericSchema>(schema: Schema, env: unknown): v.InferOutput<Schema> {
  const { success, output, issues } = v.safeParse(schema, env)
  if (success) return output
  throw notConfigured(issues.map((issue) => `${v.getDotPath(issue)} ${ruleOf(issue)}`).join(', '))
}

// A member that is not there is an issue of the object, which has no words of ours.
function ruleOf({ type, message }: v.BaseIssue<unknown>): string {
  return type === 'object' ? 'is missing' : message
}
