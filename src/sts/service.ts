// AWS Security Token Service as the Query protocol must know it: version, endpoints, errors.
// https://docs.aws.amazon.com/STS/latest/APIReference/

import {
  JWTPayloadSizeExceededException,
  OutboundWebIdentityFederationDisabledException,
  ServiceError,
  type ServiceErrorDetails,
  SessionDurationEscalationException,
} from '../errors.ts'
import type { QueryService } from '../query/operation.ts'
import { remedyFor } from './remedy.ts'

export const sts: QueryService = {
  signingName: 'sts',
  version: '2011-06-15',
  globalEndpoints: { 'aws-global': { host: 'sts.amazonaws.com', signingRegion: 'us-east-1' } },
  makeError(details: ServiceErrorDetails) {
    // The API reference prints `JWTPayloadSizeExceeded`, the wire says `…Exception`: take both of each.
    const Exception = exceptions.get(details.code.replace(/Exception$/, '')) ?? ServiceError
    return new Exception({ ...details, remedy: remedyFor(details) })
  },
}

const exceptions = new Map([
  ['JWTPayloadSizeExceeded', JWTPayloadSizeExceededException],
  ['OutboundWebIdentityFederationDisabled', OutboundWebIdentityFederationDisabledException],
  ['SessionDurationEscalation', SessionDurationEscalationException],
])
