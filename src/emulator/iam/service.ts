// The part of IAM that switches outbound identity federation: IAM API reference, the three operations, and what the
// real service was seen to answer.

import { authorize, type Operation, type Service, type SignedCall } from '../call.ts'
import { Fault } from '../protocol/fault.ts'

const enable: Operation = {
  signed: true,
  answer: async (call) => {
    await allow(call, 'EnableOutboundWebIdentityFederation')
    const { account, now } = call
    if (account.federation.state.enabled) {
      const message = `Outbound identity federation is already enabled for account ${account.id}`
      throw new Fault(409, 'FeatureEnabled', message)
    }
    account.federation.set(true, now)
    return { IssuerIdentifier: account.issuer.address }
  },
}

const disable: Operation = {
  signed: true,
  answer: async (call) => {
    await allow(call, 'DisableOutboundWebIdentityFederation')
    const { account, now } = call
    if (!account.federation.state.enabled) {
      throw featureDisabled(`Outbound identity federation is already disabled for account ${account.id}`)
    }
    account.federation.set(false, now)
    return null
  },
}

const describe: Operation = {
  signed: true,
  answer: async (call) => {
    await allow(call, 'GetOutboundWebIdentityFederationInfo')
    const { account } = call
    if (!account.federation.state.enabled) {
      throw featureDisabled(`Outbound identity federation is disabled for account ${account.id}`)
    }
    return { IssuerIdentifier: account.issuer.address, JwtVendingEnabled: true }
  },
}

/** IAM, as far as it is emulated. */
export const federationService: Service = {
  name: 'iam',
  version: '2010-05-08',
  namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  operations: new Map([
    ['EnableOutboundWebIdentityFederation', enable],
    ['DisableOutboundWebIdentityFederation', disable],
    ['GetOutboundWebIdentityFederationInfo', describe],
  ]),
}

async function allow(call: SignedCall, operation: string): Promise<void> {
  const { caller } = call
  // "You cannot call any IAM API operations unless MFA authentication information is included" (GetSessionToken).
  if (caller.session !== null && caller.session.kind !== 'role') {
    throw new Fault(403, 'InvalidClientTokenId', 'The security token included in the request is invalid')
  }
  await authorize(call, `iam:${operation}`, '*')
}

function featureDisabled(message: string): Fault {
  return new Fault(404, 'FeatureDisabled', message)
}
