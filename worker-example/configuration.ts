// What wrangler.toml and `wrangler secret put` gave the Worker, checked. A caller learns only that something is
// wrong with it; which member is for the log. What the broker mints with, it checks itself.

import { waitUntil } from 'cloudflare:workers'
import type { TokenSources } from 'aws-web-identity'
import { brokeredTokenSources, type WebIdentityTokenBroker } from 'aws-web-identity/cloudflare'
import * as v from 'valibot'
import { Refusal } from './answer.ts'

// Every rule has its own words, because valibot's would show the value that broke it.
const text = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'))

// RFC 6750 §2.1 says what a bearer token can hold; 32 random characters are beyond guessing.
const tokenSecretSchema = v.object({
  TOKEN_SECRET: v.pipe(text, v.regex(/^[\w.~+/-]{32,}=*$/, 'must be 32 or more of A-Z a-z 0-9 - . _ ~ + /')),
})

const audiencesSchema = v.object({
  AUDIENCES: v.pipe(v.array(text, 'must be an array of strings'), v.nonEmpty('must name an audience')),
})

/** The Worker's variables, secrets and bindings. */
export interface Env extends v.InferOutput<typeof tokenSecretSchema>, v.InferOutput<typeof audiencesSchema> {
  /** The one that mints, for all isolates. */
  readonly BROKER: DurableObjectNamespace<WebIdentityTokenBroker>
}

/** The secret that callers must show. @throws {Refusal} 503 where there is none. */
export function readTokenSecret(env: Env): string {
  return check(tokenSecretSchema, env).TOKEN_SECRET
}

// One for all requests of an isolate: it keeps the tokens that the broker gave.
const sourcesOf = new WeakMap<Env, TokenSources>()

/** The sources of the tokens that may be asked for. @throws {Refusal} 503 where a member is wrong. */
export function readSources(env: Env): TokenSources {
  const sources = sourcesOf.get(env) ?? makeSources(env)
  sourcesOf.set(env, sources)
  return sources
}

function makeSources(env: Env): TokenSources {
  const { AUDIENCES } = check(audiencesSchema, env)
  return brokeredTokenSources(env.BROKER, { audiences: AUDIENCES, signingAlgorithm: 'ES384', waitUntil })
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
