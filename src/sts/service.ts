// AWS Security Token Service as the Query protocol must know it: version, endpoints, errors.
// https://docs.aws.amazon.com/STS/latest/APIReference/

import {
  ExpiredTokenException,
  IDPCommunicationErrorException,
  IDPRejectedClaimException,
  InputError,
  InvalidIdentityTokenException,
  JWTPayloadSizeExceededException,
  OutboundWebIdentityFederationDisabledException,
  ServiceError,
  type ServiceErrorDetails,
  SessionDurationEscalationException,
} from '../errors.ts'
import type { QueryService } from '../query/operation.ts'
import { remedyFor } from '../query/remedy.ts'
import { STS_MISTAKES } from './remedy.ts'

const GLOBAL_HOST = 'sts.amazonaws.com'

export const sts: QueryService = {
  signingName: 'sts',
  version: '2011-06-15',
  specialEndpoint({ region, partition, fips, dualstack }) {
    if (region === 'aws-global') {
      if (fips || dualstack) {
        throw new InputError(
          'region',
          'must be a region, such as us-east-1: aws-global has no FIPS or dual-stack endpoint',
        )
      }
      return { host: GLOBAL_HOST, signingRegion: 'us-east-1', isGlobal: true }
    }
    // GovCloud's ordinary endpoints are its FIPS endpoints.
    if (partition === 'aws-us-gov' && fips && !dualstack) {
      return { host: `sts.${region}.amazonaws.com`, signingRegion: region, isGlobal: false }
    }
    return undefined
  },
  globalHosts: [GLOBAL_HOST],
  makeError: (details, parameters) =>
    stsError({ ...details, remedy: remedyFor(STS_MISTAKES, details, parameters) }),
}

/** The error by its class, where its code has one of its own. */
export function stsError(details: ServiceErrorDetails): ServiceError {
  // The API reference prints `JWTPayloadSizeExceeded`, the wire says `…Exception`: take both of each.
  const Exception = exceptions.get(details.code.replace(/Exception$/, '')) ?? ServiceError
  return new Exception(details)
}

const exceptions = new Map([
  ['ExpiredToken', ExpiredTokenException],
  ['IDPCommunicationError', IDPCommunicationErrorException],
  ['IDPRejectedClaim', IDPRejectedClaimException],
  ['InvalidIdentityToken', InvalidIdentityTokenException],
  ['JWTPayloadSizeExceeded', JWTPayloadSizeExceededException],
  ['OutboundWebIdentityFederationDisabled', OutboundWebIdentityFederationDisabledException],
  ['SessionDurationEscalation', SessionDurationEscalationException],
])
