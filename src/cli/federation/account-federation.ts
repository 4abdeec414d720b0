// The account's switch, as a caller may see it.

import { isFeatureDisabledException, isServiceError, type ServiceError } from '../../errors.ts'
import type { IamClient } from '../../iam/client.ts'

export type AccountFederation =
  | { readonly state: 'on'; readonly issuer: string; readonly isVending: boolean }
  | { readonly state: 'off' }
  /** IAM does not tell this caller. */
  | { readonly state: 'denied'; readonly error: ServiceError }

export async function accountFederation(iam: IamClient): Promise<AccountFederation> {
  try {
    const { issuerIdentifier, jwtVendingEnabled } = await iam.getOutboundWebIdentityFederationInfo()
    return { state: 'on', issuer: issuerIdentifier, isVending: jwtVendingEnabled }
  } catch (error) {
    if (isFeatureDisabledException(error)) return { state: 'off' }
    if (isServiceError(error) && error.code.startsWith('AccessDenied')) return { state: 'denied', error }
    throw error
  }
}
