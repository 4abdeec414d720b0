// Who may ask: whoever shows the bearer secret (RFC 6750 §2.1), in exactly one `Authorization` header.

import { Refusal } from './answer.ts'

/** @throws {Refusal} 401, the same whatever was wrong. */
export async function authorize(request: Request, tokenSecret: string): Promise<void> {
  // Two headers arrive as one, joined by a comma and a space, which no bearer secret can hold.
  const [, shown] = /^bearer +([^\s,]+)$/i.exec(request.headers.get('Authorization') ?? '') ?? []
  if (shown !== undefined && (await isSame(shown, tokenSecret))) return
  throw new Refusal(401, 'unauthorized', 'Show the secret: Authorization: Bearer …', {
    'WWW-Authenticate': 'Bearer',
  })
}

// A plain comparison ends at the first difference, and its time tells how much of a guess was right. The digests
// have one length, which `timingSafeEqual` demands; so the secret's length is not told either.
async function isSame(one: string, other: string): Promise<boolean> {
  const [oneDigest, otherDigest] = await Promise.all([digest(one), digest(other)])
  return crypto.subtle.timingSafeEqual(oneDigest, otherDigest)
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
}
