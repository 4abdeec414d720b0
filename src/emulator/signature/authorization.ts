// Reads what a request claims about its signature, from the header `Authorization` or from a presigned query:
// AWS's "Signature Version 4 for API requests", sections on authentication methods and their parts.

import { Fault } from '../protocol/fault.ts'
import { type Pair, readPairs } from '../protocol/form.ts'

/** A request whose body has been read; Fetch's own `Request` gives it only once. */
export interface ReceivedRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly body: Uint8Array<ArrayBuffer>
}

/** The claims of a signature, well-formed but not yet verified. */
export interface Authorization {
  readonly accessKeyId: string
  readonly scope: { readonly date: string; readonly region: string; readonly service: string }
  readonly signedHeaders: readonly string[]
  /** 64 lower-case hexadecimal digits. */
  readonly signature: string
  /** When the request says it was signed, as `YYYYMMDDTHHMMSSZ`. */
  readonly signedAt: string
  readonly sessionToken: string | null
  /** How long the signature holds: as asked for in a presigned URL, else 15 minutes. */
  readonly lifetimeSeconds: number
}

/** The 15 minutes that AWS allows a clock to be off. */
export const clockToleranceSeconds = 900

const algorithm = 'AWS4-HMAC-SHA256'

/** Refuses a request that is unsigned, or whose signature is not complete. */
export function readAuthorization(request: ReceivedRequest): Authorization {
  const header = request.headers.get('authorization')
  const authorization = header === null ? fromQuery(request.url) : fromHeader(request.headers, header)
  refuseUnsignedHeaders(request.headers, authorization.signedHeaders)
  return authorization
}

/** The scope as it stands in the string to sign. */
export function credentialScope({ scope }: Authorization): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`
}

/** `YYYYMMDDTHHMMSSZ`, the ISO 8601 basic format. */
export function basicTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:]|\.\d+/g, '')
}

const authorizationParts = ['Credential', 'Signature', 'SignedHeaders']

function fromHeader(headers: Headers, header: string): Authorization {
  const parts = new Map<string, string>()
  if (header.startsWith(`${algorithm} `)) {
    for (const part of header.slice(algorithm.length).split(',')) {
      const [name = '', ...value] = part.trim().split('=')
      if (parts.has(name)) throw incomplete('Authorization header has a parameter more than once.')
      parts.set(name, value.join('='))
    }
  }
  const missing = authorizationParts
    .filter((name) => !parts.get(name))
    .map((name) => `Authorization header requires '${name}' parameter.`)
  const time = headers.get('x-amz-date') ?? headers.get('date')
  if (!time) {
    missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
  }
  // AWS repeats the whole header here; that would put a signature, or somebody's bearer token, into logs.
  if (missing.length > 0) throw incomplete(missing.join(' '))
  if (parts.size > authorizationParts.length) {
    throw incomplete('Authorization header has an unknown parameter.')
  }
  return {
    ...readCredential(parts.get('Credential') ?? ''),
    signedHeaders: readSignedHeaders(parts.get('SignedHeaders') ?? ''),
    signature: readSignature(parts.get('Signature') ?? ''),
    signedAt: readTime(time ?? ''),
    sessionToken: headers.get('x-amz-security-token'),
    lifetimeSeconds: clockToleranceSeconds,
  }
}

function fromQuery(url: URL): Authorization {
  const pairs: readonly Pair[] = readPairs(url.search.slice(1))
  const value = (name: string) => pairs.find((pair) => pair[0] === name)?.[1]
  if (value('X-Amz-Algorithm') === undefined) {
    throw new Fault(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token')
  }
  if (value('X-Amz-Algorithm') !== algorithm) {
    throw incomplete(`AWS query-string parameters must use ${algorithm}.`)
  }
  const missing = ['Credential', 'Signature', 'SignedHeaders', 'Date']
    .filter((name) => !value(`X-Amz-${name}`))
    .map((name) => `AWS query-string parameters must include 'X-Amz-${name}'.`)
  if (missing.length > 0) throw incomplete(missing.join(' '))
  return {
    ...readCredential(value('X-Amz-Credential') ?? ''),
    signedHeaders: readSignedHeaders(value('X-Amz-SignedHeaders') ?? ''),
    signature: readSignature(value('X-Amz-Signature') ?? ''),
    signedAt: readTime(value('X-Amz-Date') ?? ''),
    sessionToken: value('X-Amz-Security-Token') ?? null,
    lifetimeSeconds: readLifetime(value('X-Amz-Expires')),
  }
}

function readCredential(credential: string): Pick<Authorization, 'accessKeyId' | 'scope'> {
  const [accessKeyId, date, region, service, terminator, ...more] = credential.split('/')
  if (!accessKeyId || !date || !region || !service || !terminator || more.length > 0) {
    throw incomplete(
      'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.',
    )
  }
  if (terminator !== 'aws4_request') {
    throw signatureDoesNotMatch("Credential should be scoped with a valid terminator: 'aws4_request'. ")
  }
  return { accessKeyId, scope: { date, region, service } }
}

function readSignedHeaders(list: string): string[] {
  const names = list.split(';')
  // RFC 9110 section 5.6.2: a header's name is a token.
  if (names.some((name) => !/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name))) {
    throw incomplete("'SignedHeaders' must be names of headers in lower case, separated by ';'.")
  }
  if (names.some((name, index) => index > 0 && name <= (names[index - 1] ?? ''))) {
    throw incomplete("'SignedHeaders' must be sorted, and name each header once.")
  }
  return names
}

function readSignature(signature: string): string {
  if (!/^[0-9a-f]{64}$/.test(signature)) throw signatureDoesNotMatch()
  return signature
}

function readTime(time: string): string {
  const milliseconds = /^\d{8}T\d{6}Z$/.test(time) ? Date.parse(extended(time)) : parseHttpDate(time)
  if (Number.isNaN(milliseconds)) throw incomplete("Date must be in ISO-8601 'basic format'.")
  return basicTime(milliseconds)
}

function extended(time: string): string {
  return time.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z')
}

// The header `Date` is an IMF-fixdate (RFC 9110 section 5.6.7); nothing else that Date.parse knows is one.
function parseHttpDate(time: string): number {
  return time.endsWith(' GMT') ? Date.parse(time) : Number.NaN
}

function readLifetime(text: string | undefined): number {
  const seconds = text === undefined ? clockToleranceSeconds : Number(text)
  if (!/^\d+$/.test(text ?? '1') || seconds < 1 || seconds > 604_800) {
    throw incomplete("'X-Amz-Expires' must be 1 to 604800 seconds.")
  }
  return seconds
}

// The documentation wants `host` and every `x-amz-*` header signed. The session token may be left out: AWS's own
// signature suite adds it after signing (post-sts-header-after), and it is compared with the principal's anyway.
function refuseUnsignedHeaders(headers: Headers, signedHeaders: readonly string[]): void {
  if (!signedHeaders.includes('host')) {
    throw signatureDoesNotMatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
  }
  for (const name of headers.keys()) {
    const mustBeSigned = name.startsWith('x-amz-') && name !== 'x-amz-security-token'
    if (mustBeSigned && !signedHeaders.includes(name)) {
      throw signatureDoesNotMatch(`'${name}' must be a 'SignedHeader' in the AWS Authorization.`)
    }
  }
}

function incomplete(message: string): Fault {
  return new Fault(400, 'IncompleteSignature', message)
}

/** Refuses a signature that is wrong, or made for another day, region or service. */
export function signatureDoesNotMatch(
  message = 'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
): Fault {
  return new Fault(403, 'SignatureDoesNotMatch', message)
}
