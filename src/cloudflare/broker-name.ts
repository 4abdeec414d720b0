// The name of the Durable Object that keeps a token: a hash of what the token says, one object for each.

import type { GetWebIdentityTokenInput } from '../sts/get-web-identity-token-input.ts'

export async function brokerName(input: GetWebIdentityTokenInput): Promise<string> {
  const { audience, signingAlgorithm, durationSeconds, tags = [] } = input
  const named = [
    audience,
    signingAlgorithm,
    durationSeconds ?? null,
    tags.map(({ key, value }) => [key, value]),
  ]
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(named)))
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
