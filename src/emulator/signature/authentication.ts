// Decides who signed a request: key, session token, clock and scope, then the signature itself. Codes and words
// are AWS's, from "Troubleshoot Signature Version 4 signing for AWS API requests".

import type { Principal } from '../account/principal.ts'
import { Fault } from '../protocol/fault.ts'
import {
  type Authorization,
  basicTime,
  clockToleranceSeconds,
  type ReceivedRequest,
  signatureDoesNotMatch,
} from './authorization.ts'
import { verifySignature } from './signature.ts'

/** What a signature is checked against. */
export interface Expectation {
  /** By access key id. */
  readonly principals: ReadonlyMap<string, Principal>
  /** The signing name, such as `sts`. */
  readonly service: string
  /** The region that the request's host stands for, `null` where the host stands for none. */
  readonly region: string | null
  /** The server's clock in milliseconds. */
  readonly now: number
}

/** The principal that signed the request; whatever is wrong with the signature is a `Fault`. */
export async function authenticate(
  request: ReceivedRequest,
  authorization: Authorization,
  expected: Expectation,
): Promise<Principal> {
  const principal = findPrincipal(authorization, expected)
  refuseWrongScope(authorization, expected)
  refuseWrongClock(authorization, expected.now)
  await verifySignature(request, authorization, principal.secretAccessKey)
  return principal
}

function findPrincipal(
  { accessKeyId, sessionToken }: Authorization,
  { principals, now }: Expectation,
): Principal {
  const principal = principals.get(accessKeyId)
  // A session's key without its token is as unknown as a long-term key with one.
  if (principal === undefined || principal.sessionToken !== sessionToken) {
    throw new Fault(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.')
  }
  if (principal.sessionExpiration !== null && now >= principal.sessionExpiration) {
    throw new Fault(403, 'ExpiredToken', 'The security token included in the request is expired')
  }
  return principal
}

function refuseWrongScope({ scope, signedAt }: Authorization, { region, service }: Expectation): void {
  const complaints: string[] = []
  // Where the host names no region, any host label will do, as in `Endpoints` of the contract.
  const rightRegion =
    region === null ? /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(scope.region) : scope.region === region
  if (!rightRegion) complaints.push('Credential should be scoped to a valid region. ')
  if (scope.service !== service)
    complaints.push(`Credential should be scoped to correct service: '${service}'. `)
  const day = signedAt.slice(0, 8)
  if (scope.date !== day) {
    complaints.push(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${day}', from '${signedAt}'.`,
    )
  }
  if (complaints.length > 0) throw signatureDoesNotMatch(complaints.join(''))
}

// Times in this form sort as text.
function refuseWrongClock({ signedAt, lifetimeSeconds }: Authorization, now: number): void {
  const earliest = basicTime(now - lifetimeSeconds * 1000)
  if (signedAt < earliest) {
    throw signatureDoesNotMatch(
      `Signature expired: ${signedAt} is now earlier than ${earliest} (${basicTime(now)} - ${minutes(lifetimeSeconds)})`,
    )
  }
  const latest = basicTime(now + clockToleranceSeconds * 1000)
  if (signedAt > latest) {
    throw signatureDoesNotMatch(
      `Signature not yet current: ${signedAt} is still later than ${latest} (${basicTime(now)} + ${minutes(clockToleranceSeconds)})`,
    )
  }
}

function minutes(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min.` : `${seconds} sec.`
}
