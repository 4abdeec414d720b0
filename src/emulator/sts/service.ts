// STS, version 2011-06-15, as far as it is emulated.

import type { Operation, Service } from '../call.ts'
import { assumeRole } from './assume-role.ts'
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts'
import { getAccessKeyInfo } from './get-access-key-info.ts'
import { getCallerIdentity } from './get-caller-identity.ts'
import { getFederationToken } from './get-federation-token.ts'
import { getSessionToken } from './get-session-token.ts'
import { getWebIdentityToken } from './get-web-identity-token.ts'

export const tokenService: Service = {
  name: 'sts',
  version: '2011-06-15',
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: new Map<string, Operation>([
    ['AssumeRole', { signed: true, answer: assumeRole }],
    ['AssumeRoleWithWebIdentity', { signed: false, answer: assumeRoleWithWebIdentity }],
    ['GetAccessKeyInfo', { signed: true, answer: getAccessKeyInfo }],
    ['GetCallerIdentity', { signed: true, answer: getCallerIdentity }],
    ['GetFederationToken', { signed: true, answer: getFederationToken }],
    ['GetSessionToken', { signed: true, answer: getSessionToken }],
    ['GetWebIdentityToken', { signed: true, answer: getWebIdentityToken }],
  ]),
}
