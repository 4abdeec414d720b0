// Decides who signed a request: key, session token, clock and scope, then the signature itself. Codes and words
// are AWS's, from "Troubleshoot Signature Version 4 signing for AWS API requests".

import type { Caller } from '../account/caller.ts'
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
  /** Whose credentials these are, and the secret that signs for them; a `Fault` where nobody's. */
  readonly findCaller: (
    accessKeyId: string,
    sessionToken: string | null,
  ) => Promise<{ readonly caller: Caller; readonly secretAccessKey: string }>
  /** The signing name, such as `sts`. */
  readonly service: string
  /** The region that the request's host stands for, `null` where the host stands for none. */
  readonly region: string | null
  /** The server's clock in milliseconds. */
  readonly now: number
}

/** The caller that signed the request; whatever is wrong with the signature is a `Fault`. */
export async function authenticate(
  request: ReceivedRequest,
  authorization: Authorization,
  expected: Expectation,
): Promise<Caller> {
  const { accessKeyId, sessionToken } = authorization
  const { caller, secretAccessKey } = await expected.findCaller(accessKeyId, sessionToken)
  refuseWrongScope(authorization, expected)
  refuseWrongClock(authorization, expected.now)
  await verifySignature(request, authorization, secretAccessKey)
  return caller
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
