// The errors of AWS STS by their classes.
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html

import {
  ExpiredTokenException,
  IDPCommunicationErrorException,
  IDPRejectedClaimException,
  InvalidIdentityTokenException,
  JWTPayloadSizeExceededException,
  OutboundWebIdentityFederationDisabledException,
  ServiceError,
  type ServiceErrorDetails,
  SessionDurationEscalationException,
} from '../errors.ts'

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
