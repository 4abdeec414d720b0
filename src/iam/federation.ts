// The three operations of outbound identity federation. None has parameters.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOutboundWebIdentityFederationInfo.html

import type { QueryOperation } from '../query/operation.ts'
import type { XmlElement } from '../query/xml-element.ts'

/** The account's federation. */
export interface FederationInfo {
  /** The account's issuer: what receivers must compare a token's `iss` with. It never changes. */
  readonly issuerIdentifier: string
  /** Whether tokens are given. */
  readonly jwtVendingEnabled: boolean
}

const plain = { isRegionalOnly: false, isSigned: true }

export const enableOutboundWebIdentityFederation: QueryOperation<Pick<FederationInfo, 'issuerIdentifier'>> = {
  ...plain,
  name: 'EnableOutboundWebIdentityFederation',
  result: (result) => ({ issuerIdentifier: readIssuer(result) }),
}

export const disableOutboundWebIdentityFederation: QueryOperation<void> = {
  ...plain,
  name: 'DisableOutboundWebIdentityFederation',
  result: { output: undefined },
}

export const getOutboundWebIdentityFederationInfo: QueryOperation<FederationInfo> = {
  ...plain,
  name: 'GetOutboundWebIdentityFederationInfo',
  result: (result) => ({
    issuerIdentifier: readIssuer(result),
    jwtVendingEnabled: result.boolean('JwtVendingEnabled'),
  }),
}

function readIssuer(result: XmlElement): string {
  return result.matching('IssuerIdentifier', /^https?:\/\/[^\s/]+/, 'is no URL')
}
