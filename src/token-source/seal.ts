// Seals a token for a store: JWE in compact form, `dir` with `A256GCM` (RFC 7516, RFC 7518 section 4.5 and 5.3). The
// entry's name stands in the protected header and is authenticated with the rest, so that an entry that was moved to
// another name does not open there.

import { base64url, CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose'
import * as v from 'valibot'
import type { Token } from './fresh-token.ts'

/** The message is the reason, for an event. */
export class Unsealable extends Error {}

/** Four times what the longest token takes. */
const LONGEST = 128 * 1024

export async function seal(token: Token, slot: string, [key]: readonly Uint8Array[]): Promise<string> {
  if (key === undefined) throw new Unsealable('no key')
  const { value, scope, mintedAt, expiresAt } = token
  const text = JSON.stringify({ value, scope, mintedAt, expiresAt })
  return new CompactEncrypt(new TextEncoder().encode(text)).setProtectedHeader(headerOf(slot)).encrypt(key)
}

/** @throws {Unsealable} for whatever is not a token that one of the keys sealed under that name. */
export async function open(sealed: unknown, slot: string, keys: readonly Uint8Array[]): Promise<Token> {
  if (typeof sealed !== 'string' || sealed.length > LONGEST) throw new Unsealable('malformed')
  // We write this one header and no other: whatever else a JWE may ask for (`zip`, `crit`, an encrypted key) is refused
  // before anything is done with it.
  const header = base64url.encode(JSON.stringify(headerOf(slot)))
  if (!sealed.startsWith(`${header}..`))
    throw new Unsealable(namesAnother(sealed, slot) ? 'another_entry' : 'malformed')
  for (const key of keys) {
    const text = await decrypt(sealed, key)
    if (text !== undefined) return read(text)
  }
  throw new Unsealable('unsealable')
}

function headerOf(slot: string): { alg: 'dir'; enc: 'A256GCM'; slot: string } {
  return { alg: 'dir', enc: 'A256GCM', slot }
}

function namesAnother(sealed: string, slot: string): boolean {
  try {
    const named = decodeProtectedHeader(sealed)['slot']
    return typeof named === 'string' && named !== slot
  } catch {
    return false // no JWE at all
  }
}

async function decrypt(sealed: string, key: Uint8Array): Promise<string | undefined> {
  try {
    const { plaintext } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return new TextDecoder().decode(plaintext)
  } catch {
    return undefined // another key's, edited, cut off: they look alike
  }
}

// Not whole milliseconds: a client's clock may be finer.
const time = v.pipe(v.number(), v.finite())
const schema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    // What a header can carry.
    value: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/)),
    scope: v.exactOptional(v.string()),
    mintedAt: time,
    expiresAt: time,
  }),
)

function read(text: string): Token {
  const { success, output } = v.safeParse(schema, text)
  if (!success) throw new Unsealable('malformed')
  return output
}
