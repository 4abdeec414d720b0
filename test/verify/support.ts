// Tokens of an emulator, and tokens that are signed by keys of our own, for the tests of the verifier.

import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import { createEmulator, type Emulator } from '../../src/emulator/index.ts'
import { createVerifier, type Verifier, type VerifierOptions } from '../../src/verify/index.ts'
import { call, now } from '../emulator/sts-call.ts'

export { now }

export const AUDIENCE = 'https://api.example.com'
export const ACCOUNT = '123456789012'
export const ISSUER = 'https://11111111-2222-4333-8444-555555555555.tokens.sts.global.api.aws'
export const NAMESPACE = 'https://sts.amazonaws.com/'

/** A clock that a test moves. */
export interface Clock {
  time: number
  readonly now: () => number
}

export function clockAt(time = now): Clock {
  const clock = { time, now: () => clock.time }
  return clock
}

/** A token of the emulator. */
export async function mint(emulator: Emulator, input: Record<string, unknown> = {}): Promise<string> {
  const answer = await call(emulator, {
    Action: 'GetWebIdentityToken',
    Audience: [AUDIENCE],
    SigningAlgorithm: 'ES384',
    ...input,
  })
  return answer.text('WebIdentityToken') ?? ''
}

/** A `fetch` that counts, in front of another. */
export function counted(fetch: (url: string, init?: RequestInit) => Promise<Response>) {
  const urls: string[] = []
  return {
    urls,
    fetch: async (url: string, init: RequestInit) => {
      urls.push(url)
      return fetch(url, init)
    },
  }
}

/** An emulator at a clock that stands still, and a verifier of its tokens that counts its fetches. */
export function stage(options: Partial<VerifierOptions> = {}, clock = clockAt()) {
  const emulator = createEmulator({ now: () => now })
  const { urls, fetch } = counted(emulator.fetch)
  const verifier = createVerifier({
    audience: AUDIENCE,
    account: ACCOUNT,
    fetch,
    now: clock.now,
    ...options,
  } as VerifierOptions)
  return { emulator, clock, urls, verifier }
}

/** The claims of a good token at {@link now}. */
export function goodClaims(changes: Record<string, unknown> = {}, inNamespace: Record<string, unknown> = {}) {
  const iat = Math.floor(now / 1000)
  return {
    aud: AUDIENCE,
    sub: `arn:aws:iam::${ACCOUNT}:role/outbound/worker`,
    [NAMESPACE]: {
      aws_account: ACCOUNT,
      org_id: 'o-a1b2c3d4e5',
      ou_path: ['o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/'],
      principal_id: `arn:aws:iam::${ACCOUNT}:role/outbound/worker`,
      principal_tags: { team: 'platform' },
      request_tags: { job: '7' },
      source_region: 'eu-central-1',
      ...inNamespace,
    },
    iss: ISSUER,
    exp: iat + 300,
    iat,
    jti: '99999999-2222-4333-8444-555555555555',
    ...changes,
  }
}

const pair = generateKeyPair('ES384', { extractable: true })

/** The JWKS of {@link sign}'s key. */
export async function jwks(kid = 'EC384_0') {
  const jwk = await exportJWK((await pair).publicKey)
  return { keys: [{ ...jwk, kid, use: 'sig', alg: 'ES384' }] }
}

/** A token of these claims, or of this very text. */
export async function sign(
  claims: object | string = goodClaims(),
  header: Record<string, unknown> = {},
): Promise<string> {
  const text = typeof claims === 'string' ? claims : JSON.stringify(claims)
  return new CompactSign(new TextEncoder().encode(text))
    .setProtectedHeader({ kid: 'EC384_0', typ: 'JWT', alg: 'ES384', ...header })
    .sign((await pair).privateKey)
}

/** A verifier that is given the key of {@link sign}. */
export async function localVerifier(options: Partial<VerifierOptions> = {}): Promise<Verifier> {
  return createVerifier({
    audience: AUDIENCE,
    issuer: ISSUER,
    jwks: await jwks(),
    now: () => now,
    ...options,
  } as VerifierOptions)
}

/** Of a promise that must be rejected: the error's `code`. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'accepted',
    (error) => error.code ?? error,
  )
}
