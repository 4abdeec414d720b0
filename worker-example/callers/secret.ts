// Secrets that somebody shows, and the hashes by which the policy knows them.

import type { Secret } from '../policy/rules.ts'

/**
 * The one of the policy's secrets that this is, if it has not run out.
 *
 * The policy holds hashes alone, of secrets that are random (32 characters and more): no salt is needed, and no slow hash.
 * Each of them is compared, in constant time, so that neither which one it is nor how much of a guess was right can be told by
 * the time that it took.
 *
 * @param now in milliseconds since 1970
 */
export async function secretOf(
  secrets: readonly Secret[],
  shown: string,
  now: number,
): Promise<Secret | undefined> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(shown)))
  const same = secrets.filter((secret) => crypto.subtle.timingSafeEqual(digest, bytesOf(secret)))
  return same.find((secret) => isInForce(secret, now))
}

/** Whether it opens anything still. */
export function isInForce({ expires }: Secret, now: number): boolean {
  return expires === undefined || now < Date.parse(expires)
}

const bytes = new WeakMap<Secret, Uint8Array>()

function bytesOf(secret: Secret): Uint8Array {
  const known =
    bytes.get(secret) ??
    Uint8Array.from(secret.sha256.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  bytes.set(secret, known)
  return known
}
