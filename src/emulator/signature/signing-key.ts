// Derives signing keys, AWS's "Create a signed AWS API request", step 4.

import type { CredentialScope } from './authorization.ts'
import { utf8 } from './hash.ts'

/** The key that verifies what this secret signs within this scope. */
export async function signingKey(secretAccessKey: string, scope: CredentialScope): Promise<CryptoKey> {
  const { date, region, service, terminator } = scope
  let bytes: BufferSource = utf8(`AWS4${secretAccessKey}`)
  for (const element of [date, region, service, terminator]) bytes = await hmac(bytes, element)
  return importKey(bytes, 'verify')
}

async function hmac(key: BufferSource, text: string): Promise<ArrayBuffer> {
  return crypto.subtle.sign('HMAC', await importKey(key, 'sign'), utf8(text))
}

function importKey(key: BufferSource, usage: 'sign' | 'verify'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [usage])
}
