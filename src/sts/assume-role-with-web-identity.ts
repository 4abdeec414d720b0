// AssumeRoleWithWebIdentity: from another issuer's token to the temporary credentials of a role. It is the one
// operation that is not signed: the token is the proof.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html

import type { QueryOperation } from '../query/operation.ts'
import { type AssumedRole, readAssumedRole } from './assumed-role.ts'

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
