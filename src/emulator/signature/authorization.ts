// Reads the signature of a request, in its header or in its query string, as far as it can be read without a clock
// and a key: AWS's "Create a signed AWS API request", the parts of a signature.

import { readPairs } from '../protocol/form.ts'
import { type Claims, claimsOfHeader, claimsOfQuery } from './claims.ts'
import { incompleteSignature, signatureDoesNotMatch } from './faults.ts'
import { readTime } from './time.ts'

/** A request whose body has been read; Fetch's own `Request` gives it only once. */
export interface ReceivedRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly body: Uint8Array<ArrayBuffer>
}

/** The claims of a signature, not yet verified. */
export interface Authorization {
  /** As it was given; only one of five elements has a scope that is whole. */
  readonly credential: string
  readonly accessKeyId: string
  readonly scope: CredentialScope
  /** Lower-case, sorted, each once. */
  readonly signedHeaders: readonly string[]
  /** As it was given. */
  readonly signature: string
  /** When the request says it was signed, as `YYYYMMDDTHHMMSSZ`. */
  readonly signedAt: string
  readonly sessionToken: string | null
}

/** What a signing key is for; an element that the credential lacks is empty. */
export interface CredentialScope {
  readonly date: string
  readonly region: string
  readonly service: string
  /** `aws4_request`. */
  readonly terminator: string
}

/** Refuses a request that is unsigned, or whose signature is not complete. */
export async function readAuthorization({ headers, url }: ReceivedRequest): Promise<Authorization> {
  const claims = await claimsOf(headers, url)
  const signedHeaders = readSignedHeaders(claims.signedHeaders)
  refuseUnsignedHeaders(headers, signedHeaders)
  const signedAt = readTime(claims.date)
  if (signedAt === null) {
    throw incompleteSignature(
      `Date must be in ISO-8601 'basic format'. Got '${claims.date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    )
  }
  const { credential, signature, sessionToken } = claims
  return { credential, ...readCredential(credential), signedHeaders, signature, signedAt, sessionToken }
}

/** The scope as it stands in the string to sign. */
export function credentialScope({ scope }: Authorization): string {
  return `${scope.date}/${scope.region}/${scope.service}/${scope.terminator}`
}

/** Whether the scope is one, and not the rest of a secret key that was given in the place of the key's id. */
export function hasWholeScope({ credential, scope }: Authorization): boolean {
  return credentialElements(credential).length === 5 && /^\d{8}$/.test(scope.date)
}

/** The elements of a credential; AWS overlooks slashes at its end. */
export function credentialElements(credential: string): string[] {
  // Without the lookbehind, slashes that do not stand at the end would take time by their square.
  return credential.replace(/(?<!\/)\/+$/, '').split('/')
}

async function claimsOf(headers: Headers, url: URL): Promise<Claims> {
  const pairs = readPairs(url.search.slice(1))
  const header = headers.get('authorization')
  if (header === null) return claimsOfQuery(pairs)
  if (pairs.some(([name]) => name === 'X-Amz-Algorithm')) {
    throw signatureDoesNotMatch(
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    )
  }
  return claimsOfHeader(headers, header)
}

function readCredential(credential: string): Pick<Authorization, 'accessKeyId' | 'scope'> {
  const [accessKeyId = '', date = '', region = '', service = '', terminator = ''] =
    credentialElements(credential)
  return { accessKeyId, scope: { date, region, service, terminator } }
}

function readSignedHeaders(list: string): string[] {
  const names = list.toLowerCase().split(';')
  return [...new Set(names.filter((name) => name !== ''))].sort()
}

// The documentation wants the host and every `x-amz-*` header signed. The session token may be left out: AWS's own
// signature suite adds it after signing (post-sts-header-after), and it is compared with the caller's anyway.
function refuseUnsignedHeaders(headers: Headers, signedHeaders: readonly string[]): void {
  if (!signedHeaders.includes('host') && !signedHeaders.includes(':authority')) {
    throw signatureDoesNotMatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
  }
  for (const name of headers.keys()) {
    const mustBeSigned = name.startsWith('x-amz-') && name !== 'x-amz-security-token'
    if (mustBeSigned && !signedHeaders.includes(name)) {
      throw signatureDoesNotMatch(`'${name}' must be a 'SignedHeader' in the AWS Authorization.`)
    }
  }
}
