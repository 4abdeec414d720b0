// AssumeRoleWithWebIdentity: from another issuer's token to the temporary credentials of a role. It is the one
// operation that is not signed: the token is the proof.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html

import * as v from 'valibot'
import { check } from '../check.ts'
import type { QueryParameters } from '../query/form.ts'
import type { QueryOperation } from '../query/operation.ts'
import {
  type AssumedRole,
  readAssumedRole,
  type SessionInput,
  sessionEntries,
  sessionParameters,
} from './assumed-role.ts'
import { object, text } from './session-input.ts'

/** The role and the session that are wanted, and the proof. */
export interface AssumeRoleWithWebIdentityInput extends SessionInput {
  /** The token of an identity provider that the role trusts: 4 to 20,000 characters. Not one of AWS's own. */
  readonly webIdentityToken: string
  /** The host of an OAuth 2.0 provider, 4 to 2048 characters; absent for OpenID Connect. */
  readonly providerId?: string | undefined
}

/** Credentials of the session, and what AWS read in the token. */
export interface AssumeRoleWithWebIdentityOutput extends AssumedRole {
  /** The token's subject. */
  readonly subjectFromWebIdentityToken: string | undefined
  /** The token's audience. */
  readonly audience: string | undefined
  /** The token's issuer. */
  readonly provider: string | undefined
}

export const assumeRoleWithWebIdentity: QueryOperation<AssumeRoleWithWebIdentityOutput> = {
  name: 'AssumeRoleWithWebIdentity',
  isRegionalOnly: false,
  isSigned: false,
  secretsIn: ({ WebIdentityToken }) => (typeof WebIdentityToken === 'string' ? [WebIdentityToken] : []),
  result: (result) => ({
    ...readAssumedRole(result),
    subjectFromWebIdentityToken: result.optionalString('SubjectFromWebIdentityToken'),
    audience: result.optionalString('Audience'),
    provider: result.optionalString('Provider'),
  }),
}

/** @throws {InputError} for the first rule that is broken. */
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
