// Verifies a Signature Version 4, from AWS's "Create a signed AWS API request", steps 1 to 4. It shares no code
// with the client's signer, so that the two can disagree.

import { readPairs } from '../protocol/form.ts'
import { type Authorization, credentialScope, type ReceivedRequest } from './authorization.ts'
import { signatureDoesNotMatch } from './faults.ts'
import { sha256Hex, utf8 } from './hash.ts'
import { signingKey } from './signing-key.ts'

/** Refuses a request whose signature was not made over just this request with this secret. */
export async function verifySignature(
  request: ReceivedRequest,
  authorization: Authorization,
  secretAccessKey: string,
): Promise<void> {
  if (!/^[0-9a-f]{64}$/.test(authorization.signature)) throw signatureDoesNotMatch()
  const payloadHash = await sha256Hex(request.body)
  // STS hashes the body itself, whatever the header says: UNSIGNED-PAYLOAD and STREAMING-… are S3's alone. The header is
  // signed as text, so only this comparison ties it to the body.
  const claimedHash = request.headers.get('x-amz-content-sha256')
  if (claimedHash !== null && claimedHash !== payloadHash) throw signatureDoesNotMatch()

  const canonicalRequest = canonicalize(request, authorization.signedHeaders, payloadHash)
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    authorization.signedAt,
    credentialScope(authorization),
    await sha256Hex(utf8(canonicalRequest)),
  ].join('\n')

  const key = await signingKey(secretAccessKey, authorization.scope)
  // WebCrypto compares in constant time.
  const verified = await crypto.subtle.verify('HMAC', key, unhex(authorization.signature), utf8(stringToSign))
  if (!verified) throw signatureDoesNotMatch()
}

function canonicalize(
  request: ReceivedRequest,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  return [
    request.method,
    canonicalPath(request.url.pathname),
    canonicalQuery(request.url.search),
    ...signedHeaders.map((name) => `${name}:${canonicalValue(request, name)}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n')
}

// Every service but S3 collapses slashes and encodes the path once more than it stands on the wire; a URL has
// already resolved its dot segments.
function canonicalPath(pathname: string): string {
  return pathname.replace(/\/+/g, '/').split('/').map(encode).join('/')
}

function canonicalQuery(search: string): string {
  return readPairs(search.slice(1))
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([name1, value1], [name2, value2]) => compare(name1, name2) || compare(value1, value2))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function canonicalValue({ headers, url, body }: ReceivedRequest, name: string): string {
  const value = (isHeaderName(name) ? headers.get(name) : null) ?? impliedHeader(name, headers, url, body)
  // A header that was signed and is gone was taken away on the way.
  if (value === undefined) throw signatureDoesNotMatch()
  return value.trim().replace(/ +/g, ' ')
}

// RFC 9110 section 5.6.2: a token; `Headers` throws at anything else.
function isHeaderName(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)
}

// In process nobody adds the headers that HTTP itself adds on the wire, and browsers let nobody set them; HTTP/2 has
// the host in a pseudo-header.
function impliedHeader(name: string, headers: Headers, url: URL, body: Uint8Array): string | undefined {
  if (name === 'host') return url.host
  if (name === ':authority') return headers.get('host') ?? url.host
  if (name === 'content-length') return String(body.length)
  return undefined
}

// RFC 3986 section 2.3: everything but the unreserved characters; encodeURIComponent leaves five more.
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

// By code unit, not by locale; what is compared is ASCII.
function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function unhex(digits: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
