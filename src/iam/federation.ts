// The three operations of outbound identity federation. None has parameters.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOutboundWebIdentityFederationInfo.html

import type { QueryOperation } from '../query/operation.ts'
import { child, textOf, XmlError, type XmlNode } from '../query/xml.ts'

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
    jwtVendingEnabled: readBoolean(result, 'JwtVendingEnabled'),
  }),
}

function readIssuer(result: XmlNode): string {
  const issuer = textOf(child(result, 'IssuerIdentifier'))
  if (!/^https?:\/\/[^\s/]+/.test(issuer)) throw new XmlError('<IssuerIdentifier> is no URL')
  return issuer
}

function readBoolean(result: XmlNode, name: string): boolean {
  const text = textOf(child(result, name))
  if (text !== 'true' && text !== 'false') throw new XmlError(`<${name}> is neither true nor false`)
  return text === 'true'
}
