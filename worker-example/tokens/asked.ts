// What callers ask for, in shape: how much of it there may be is the library's to know, and what may be asked for the policy's.

import type { SigningAlgorithm, Tag } from 'aws-web-identity'
import * as v from 'valibot'
import { Problem } from '../http/problem.ts'
import { pathOf, ruleOf } from '../policy/issue.ts'
import { tagKey, tagValue } from '../policy/rules.ts'

const text = v.string('must be a string')
const wholeNumber = 'must be a whole number'
const whole = v.pipe(v.number(wholeNumber), v.safeInteger(wholeNumber))

const tokenSchema = v.strictObject(
  {
    audience: v.pipe(
      v.union([text, v.array(text)], 'must be a string, or an array of them'),
      v.transform((given) => (typeof given === 'string' ? [given] : given)),
    ),
    signingAlgorithm: v.optional(v.picklist(['RS256', 'ES384'], 'must be "RS256" or "ES384"')),
    durationSeconds: v.optional(whole),
    tags: v.optional(
      v.pipe(
        v.array(
          v.strictObject({ key: tagKey, value: tagValue }, 'must be { key, value }'),
          'must be an array',
        ),
        // Here and not by the library, which would count the policy's tags, too.
        v.check(
          (tags) => new Set(tags.map(({ key }) => key.toLowerCase())).size === tags.length,
          'must name each key once, without regard to case, as AWS compares them',
        ),
      ),
      [],
    ),
    minimumValiditySeconds: v.optional(v.pipe(whole, v.minValue(0, 'must not be negative'))),
  },
  'must be a JSON object',
)

const accessTokenSchema = v.strictObject({ preset: text }, 'must be a JSON object')

/** What `POST /token` and the entry point's `getToken` take. */
export interface AskedToken {
  /** Whom the token is for: one audience, or up to ten. */
  readonly audience: string | readonly string[]
  /** The caller's first one in the policy, when absent. */
  readonly signingAlgorithm?: SigningAlgorithm
  /** 60 to what the policy allows; 300 when absent, or that if it is less. */
  readonly durationSeconds?: number
  /** Those that the policy lets the caller choose. */
  readonly tags?: readonly Tag[]
  /** What the token must have left, in seconds: up to a quarter of its lifetime. */
  readonly minimumValiditySeconds?: number
}

/** What `POST /access-token` and the entry point's `getAccessToken` take. */
export interface AskedAccessToken {
  /** One of the policy's `exchanges`, by its name. */
  readonly preset: string
}

/** @throws {Problem} 400, which names the member. */
export function readAskedToken(body: unknown): v.InferOutput<typeof tokenSchema> {
  return read(tokenSchema, body)
}

/** @throws {Problem} 400, which names the member. */
export function readAskedAccessToken(body: unknown): v.InferOutput<typeof accessTokenSchema> {
  return read(accessTokenSchema, body)
}

function read<const Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const { success, output, issues } = v.safeParse(schema, body, { abortEarly: true })
  if (success) return output
  const [issue] = issues
  // A name that a caller made up may be long.
  throw invalidParameter(pathOf(issue).slice(0, 140) || 'the body', ruleOf(issue))
}

/** 400 */
export function invalidParameter(path: string, rule: string): Problem {
  return new Problem(400, 'invalid_parameter', `${path} ${rule}`, { members: { parameter: path } })
}
