// A caller in the policy: how it is known, and what it may have. What is not named it may not have.

import * as v from 'valibot'
import {
  algorithm,
  audience,
  count,
  email,
  name,
  principalArn,
  seconds,
  secrets,
  several,
  tagKey,
  tagValue,
} from './rules.ts'

/** What may be known of a caller, and become the value of a tag. */
export const callerFacts = ['caller', 'subject', 'account', 'email', 'clientId'] as const

const access = v.strictObject(
  {
    emails: v.optional(v.pipe(several(email), v.description('People.'))),
    clientIds: v.optional(v.pipe(several(name), v.description('Service tokens, by their client IDs.'))),
  },
  'must be an object',
)

const tags = v.strictObject(
  {
    fixed: v.optional(
      v.pipe(v.record(tagKey, tagValue, 'must be an object'), v.description('Tags that each token has.')),
      {},
    ),
    fromCaller: v.optional(
      v.pipe(
        v.record(
          tagKey,
          v.picklist(callerFacts, `must be one of ${callerFacts.join(', ')}`),
          'must be an object',
        ),
        v.description('Tags whose value is what is known of the caller.'),
      ),
      {},
    ),
    allowed: v.optional(
      v.pipe(
        v.array(tagKey, 'must be an array of strings'),
        v.description('Keys to which it may give a value.'),
      ),
      [],
    ),
  },
  'must be an object',
)

/** What a caller of the policy is. */
export const callerSchema = v.strictObject(
  {
    name: v.pipe(name, v.description('What it is called in the log and in the console.')),
    secrets: v.optional(secrets),
    access: v.optional(v.pipe(access, v.description('Whom Cloudflare Access let in.'))),
    subjects: v.optional(
      v.pipe(
        several(principalArn),
        v.description('AWS principals that ask with a web identity token of their own: its sub.'),
      ),
    ),
    serviceBinding: v.optional(
      v.pipe(
        name,
        v.description('What another Worker’s binding to the entry point Tokens has for props.caller.'),
      ),
    ),
    audiences: v.optional(
      v.pipe(
        v.array(audience, 'must be an array of strings'),
        v.description('Whom its tokens may be for, to the letter.'),
      ),
      [],
    ),
    algorithms: v.optional(
      v.pipe(
        v.array(algorithm, 'must be an array of strings'),
        v.minLength(1, 'must hold at least one'),
        v.description('How its tokens may be signed; the first, where it does not say.'),
      ),
      ['ES384'],
    ),
    maxDurationSeconds: v.optional(
      v.pipe(seconds, v.description('The longest that its tokens may live, in seconds.')),
      300,
    ),
    requestsPerMinute: v.optional(
      v.pipe(count, v.description('How often it may ask, at all data centres together.')),
      600,
    ),
    tags: v.optional(v.pipe(tags, v.description('The tags of its tokens.')), {}),
    exchanges: v.optional(
      v.pipe(
        v.array(name, 'must be an array of strings'),
        v.description('The access tokens that it may have, by their names in exchanges.'),
      ),
      [],
    ),
  },
  'must be an object',
)

/** A caller of the policy. */
export type Caller = v.InferOutput<typeof callerSchema>
