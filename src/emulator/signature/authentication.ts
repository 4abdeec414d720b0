// Decides who signed a request: the clock, the scope, the key and its session, then the signature itself, which is the
// order in which AWS was seen to refuse. Codes and words are AWS's: docs/emulator-fidelity.md has their sources.

import type { Caller } from '../account/caller.ts'
import { type Authorization, credentialElements, type ReceivedRequest } from './authorization.ts'
import { incompleteSignature, signatureDoesNotMatch } from './faults.ts'
import { verifySignature } from './signature.ts'
import { basicTime } from './time.ts'

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
  refuseWrongClock(authorization, expected.now)
  refuseWrongScope(authorization, expected)
  const { accessKeyId, sessionToken } = authorization
  const { caller, secretAccessKey } = await expected.findCaller(accessKeyId, sessionToken)
  await verifySignature(request, authorization, secretAccessKey)
  return caller
}

const clockToleranceMinutes = 15

// Times in this form sort as text.
function refuseWrongClock({ signedAt }: Authorization, now: number): void {
  const tolerance = clockToleranceMinutes * 60_000
  const earliest = basicTime(now - tolerance)
  if (signedAt < earliest) {
    throw signatureDoesNotMatch(
      `Signature expired: ${signedAt} is now earlier than ${earliest} (${basicTime(now)} - ${clockToleranceMinutes} min.)`,
    )
  }
  const latest = basicTime(now + tolerance)
  if (signedAt > latest) {
    throw signatureDoesNotMatch(
      `Signature not yet current: ${signedAt} is still later than ${latest} (${basicTime(now)} + ${clockToleranceMinutes} min.)`,
    )
  }
}

function refuseWrongScope(
  { credential, scope, signedAt }: Authorization,
  { region, service }: Expectation,
): void {
  if (credentialElements(credential).length !== 5) {
    throw incompleteSignature(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${shown(credential)}'`,
    )
  }
  const complaints: string[] = []
  // Where the host names no region, any host label will do, as in `Endpoints` of the contract.
  const rightRegion =
    region === null ? /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(scope.region) : scope.region === region
  if (!rightRegion) complaints.push('Credential should be scoped to a valid region. ')
  if (scope.service !== service) {
    complaints.push(`Credential should be scoped to correct service: '${service}'. `)
  }
  if (scope.terminator !== 'aws4_request') {
    complaints.push("Credential should be scoped with a valid terminator: 'aws4_request'. ")
  }
  if (scope.date !== signedAt.slice(0, 8)) {
    complaints.push(
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP. ',
    )
  }
  if (complaints.length > 0) throw signatureDoesNotMatch(complaints.join(''))
}

// AWS shows the credential whole. Half of all secret keys hold a slash, so who takes the secret for the key id gets here.
function shown(credential: string): string {
  return credential.replace(/^(?!A[KS]IA\w*(?:\/|$)).*?(?=\/\d{8}\/|$)/, '***')
}
