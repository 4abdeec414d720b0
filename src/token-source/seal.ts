// Seals a token for a store: JWE in compact form, `dir` with `A256GCM` (RFC 7516, RFC 7518 section 4.5 and 5.3). The
// entry's name stands in the protected header and is authenticated with the rest, so that an entry that was moved to
// another name does not open there.

import { CompactEncrypt, compactDecrypt } from 'jose'
import * as v from 'valibot'
import type { Token } from './fresh-token.ts'

/** The message is the reason, for an event. */
export class Unsealable extends Error {}

/** Four times what the longest token takes. */
const LONGEST = 128 * 1024

export async function seal(token: Token, slot: string, [key]: readonly Uint8Array[]): Promise<string> {
  if (key === undefined) throw new Unsealable('no key')
  const text = JSON.stringify({ ...token })
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', slot })
    .encrypt(key)
}

/** @throws {Unsealable} for whatever is not a token that one of the keys sealed under that name. */
export async function open(sealed: unknown, slot: string, keys: readonly Uint8Array[]): Promise<Token> {
  if (typeof sealed !== 'string' || sealed.length > LONGEST) throw new Unsealable('malformed')
  for (const key of keys) {
    const opened = await decrypt(sealed, key)
    if (opened === undefined) continue
    if (opened.slot !== slot) throw new Unsealable('another entry')
    return read(opened.text)
  }
  throw new Unsealable('unsealable')
}

async function decrypt(
  sealed: string,
  key: Uint8Array,
): Promise<{ text: string; slot: unknown } | undefined> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return { text: new TextDecoder().decode(plaintext), slot: protectedHeader['slot'] }
  } catch {
    return undefined // another key's, edited, cut off: they look alike
  }
}

const time = v.pipe(v.number(), v.safeInteger())
const schema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    webIdentityToken: v.pipe(v.string(), v.regex(/^[\w-]+\.[\w-]+\.[\w-]+$/)),
    mintedAt: time,
    expiresAt: time,
  }),
)

function read(text: string): Token {
  const { success, output } = v.safeParse(schema, text)
  if (!success) throw new Unsealable('malformed')
  return output
}
