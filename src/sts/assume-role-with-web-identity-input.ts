// What AssumeRoleWithWebIdentity accepts, as AWS's service model has it, checked before anything is sent.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html

import * as v from 'valibot'
import { check } from '../check.ts'
import type { QueryParameters } from '../query/form.ts'
import { type SessionInput, sessionEntries, sessionParameters } from './role-session-input.ts'
import { object, text } from './session-input.ts'

/** The role and the session that are wanted, and the proof. */
export interface AssumeRoleWithWebIdentityInput extends SessionInput {
  /** The token of an identity provider that the role trusts: 4 to 20,000 characters. Not one of AWS's own. */
  readonly webIdentityToken: string
  /** The host of an OAuth 2.0 provider, 4 to 2048 characters; absent for OpenID Connect. */
  readonly providerId?: string | undefined
}

/** The operation's parameters. @throws {InputError} for the first rule that is broken. */
export function assumeRoleWithWebIdentityParameters(input: AssumeRoleWithWebIdentityInput): QueryParameters {
  const checked = check(schema, input, 'input')
  return {
    ...sessionParameters(checked),
    WebIdentityToken: checked.webIdentityToken,
    ProviderId: checked.providerId,
  }
}

const schema = v.strictObject(
  {
    ...sessionEntries,
    policy: v.optional(text(1, 2048)),
    webIdentityToken: text(4, 20_000),
    providerId: v.optional(text(4, 2048)),
  },
  object,
)
