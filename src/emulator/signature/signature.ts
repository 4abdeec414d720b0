// Verifies a Signature Version 4, from AWS's "Create a signed AWS API request", steps 1 to 4. It shares no code
// with the client's signer, so that the two can disagree.

import { readPairs } from '../protocol/form.ts'
import {
  type Authorization,
  credentialScope,
  type ReceivedRequest,
  signatureDoesNotMatch,
} from './authorization.ts'

/** Refuses a request whose signature was not made over just this request with this secret. */
export async function verifySignature(
  request: ReceivedRequest,
  authorization: Authorization,
  secretAccessKey: string,
): Promise<void> {
  const payloadHash = hex(await crypto.subtle.digest('SHA-256', request.body))
  // The header is signed as text, so only this comparison ties it to the body. UNSIGNED-PAYLOAD is S3's alone.
  const claimedHash = request.headers.get('x-amz-content-sha256')
  if (claimedHash !== null && claimedHash !== payloadHash) throw signatureDoesNotMatch()

  const canonicalRequest = canonicalize(request, authorization.signedHeaders, payloadHash)
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    authorization.signedAt,
    credentialScope(authorization),
    hex(await crypto.subtle.digest('SHA-256', utf8(canonicalRequest))),
  ].join('\n')

  const key = await importKey(await deriveSigningKey(secretAccessKey, authorization.scope), 'verify')
  // WebCrypto compares in constant time.
  const verified = await crypto.subtle.verify('HMAC', key, unhex(authorization.signature), utf8(stringToSign))
  if (!verified) throw signatureDoesNotMatch()
}

function canonicalize(
  request: ReceivedRequest,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  const names = [...new Set(signedHeaders)].sort()
  return [
    request.method,
    canonicalPath(request.url.pathname),
    canonicalQuery(request.url.search),
    ...names.map((name) => `${name}:${canonicalValue(request, name)}`),
    '',
    names.join(';'),
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
  const value = headers.get(name) ?? impliedHeader(name, url, body)
  // A header that was signed and is gone was taken away on the way.
  if (value === undefined) throw signatureDoesNotMatch()
  return value.trim().replace(/ +/g, ' ')
}

// In process nobody adds the headers that HTTP itself adds on the wire, and browsers let nobody set them.
function impliedHeader(name: string, url: URL, body: Uint8Array): string | undefined {
  if (name === 'host') return url.host
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

async function deriveSigningKey(
  secretAccessKey: string,
  scope: Authorization['scope'],
): Promise<ArrayBuffer> {
  const dateKey = await hmac(utf8(`AWS4${secretAccessKey}`), scope.date)
  const regionKey = await hmac(dateKey, scope.region)
  const serviceKey = await hmac(regionKey, scope.service)
  return hmac(serviceKey, 'aws4_request')
}

async function hmac(key: BufferSource, text: string): Promise<ArrayBuffer> {
  return crypto.subtle.sign('HMAC', await importKey(key, 'sign'), utf8(text))
}

function importKey(key: BufferSource, usage: 'sign' | 'verify'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [usage])
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function unhex(digits: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
