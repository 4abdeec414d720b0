// The session that AssumeRole and AssumeRoleWithWebIdentity are asked for.

import * as v from 'valibot'
import type { QueryParameters } from '../query/form.ts'
import { seconds, string, text } from './session-input.ts'

/** The session that is wanted. */
export interface SessionInput {
  /** The ARN of the role, 20 to 2048 characters. */
  readonly roleArn: string
  /** How the session is called in logs and ARNs: 2 to 64 letters, digits and `_+=,.@-`. */
  readonly roleSessionName: string
  /** How long the session lasts, in seconds: 900 to 43,200, and no longer than the role allows; 3600 when absent. */
  readonly durationSeconds?: number | undefined
  /** A session policy, as JSON: the session may do no more than it allows. */
  readonly policy?: string | undefined
  /** ARNs of managed policies that likewise bound the session. */
  readonly policyArns?: readonly string[] | undefined
}

/** A name that appears in ARNs: letters, digits and `_+=,.@-`. */
export const sessionName = v.pipe(
  text(2, 64),
  v.regex(/^[\w+=,.@-]*$/, 'must hold letters, digits and _+=,.@- only'),
)

/** The rules of {@link SessionInput}. */
export const sessionEntries = {
  roleArn: text(20, 2048),
  roleSessionName: sessionName,
  durationSeconds: v.optional(seconds(900, 43_200)),
  policy: v.optional(v.pipe(string, v.minLength(1, 'must not be empty'))),
  policyArns: v.optional(v.array(text(20, 2048), 'must be an array of ARNs')),
}

/** The parameters of {@link SessionInput}, by their names on the wire. */
export function sessionParameters(input: SessionInput): QueryParameters {
  return {
    RoleArn: input.roleArn,
    RoleSessionName: input.roleSessionName,
    PolicyArns: input.policyArns?.map((arn) => ({ arn })),
    Policy: input.policy,
    DurationSeconds: input.durationSeconds,
  }
}
