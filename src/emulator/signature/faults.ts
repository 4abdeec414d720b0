// AWS's codes for a signature that is not there, not complete, or not right: the STS API reference, "Common errors".

import { Fault } from '../protocol/fault.ts'

/** The request carries no signature that AWS would take for one. */
export function missingAuthenticationToken(message = 'Request is missing Authentication Token'): Fault {
  return new Fault(403, 'MissingAuthenticationToken', message)
}

/** A part of the signature is missing or can't be read; the message says which. */
export function incompleteSignature(message: string): Fault {
  return new Fault(400, 'IncompleteSignature', message)
}

/** The signature is wrong, or was made for another time, day, region or service. */
export function signatureDoesNotMatch(
  message = 'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
): Fault {
  return new Fault(403, 'SignatureDoesNotMatch', message)
}
