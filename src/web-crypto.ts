// WebCrypto is what this package needs of a platform besides `fetch`. A page has it in a secure context alone.
// https://w3c.github.io/webappsec-secure-contexts/

import { WebIdentityError } from './errors.ts'

/** @throws {WebIdentityError} `web_crypto_unavailable` where `crypto.subtle` is missing */
export function checkWebCrypto(): void {
  if (globalThis.crypto?.subtle) return
  throw new WebIdentityError(
    'web_crypto_unavailable',
    'crypto.subtle is missing, without which nothing can be signed or verified. A page has it where it comes over https or from localhost: serve it so.',
  )
}
