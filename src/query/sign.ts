// Signature Version 4, by aws4fetch. `AwsV4Signer` and not `AwsClient`: the latter's `fetch` retries ten times
// and knows no deadline.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

import { AwsV4Signer } from 'aws4fetch'
import { checkWebCrypto } from '../web-crypto.ts'
import type { ResolvedCredentials } from './credentials.ts'

/** Keys derived from a secret, by aws4fetch's own name for them. */
export type SigningKeys = Map<string, ArrayBuffer>

/** A POST to be signed, with its scope. */
export interface UnsignedRequest {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly credentials: ResolvedCredentials
  readonly signingName: string
  readonly signingRegion: string
  /** The time of signing, in milliseconds since 1970. */
  readonly now: number
  readonly keys: SigningKeys
}

/**
 * The request's headers, with `Authorization`, `X-Amz-Date` and, where there is one, the session token.
 *
 * @throws {WebIdentityError} `web_crypto_unavailable`
 */
export async function sign(request: UnsignedRequest): Promise<Headers> {
  checkWebCrypto()
  const { accessKeyId, secretAccessKey, sessionToken } = request.credentials
  const { headers } = await new AwsV4Signer({
    method: 'POST',
    url: request.url.href,
    headers: { ...request.headers },
    body: request.body,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    service: request.signingName,
    region: request.signingRegion,
    datetime: new Date(request.now).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    allHeaders: true, // else it leaves `content-type` unsigned
    cache: request.keys,
  }).sign()
  keepNewest(request.keys)
  return headers
}

// aws4fetch never drops a key: a year's worth of days, or of rotated credentials, would pile up. One day's key
// for one credential is all that the next call can use.
function keepNewest(keys: SigningKeys): void {
  for (const name of keys.keys()) {
    if (keys.size === 1) return
    keys.delete(name)
  }
}
