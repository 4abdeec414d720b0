// Sessions: a signed cookie, so that the Worker keeps nothing. It names the secret that opened it and is good only as
// long as the policy still has that secret, so that taking the secret out ends every session that it opened.
// RFC 6265bis section 4.1.3 (`__Host-`), RFC 8725.

import { errors, jwtVerify, SignJWT } from 'jose'
import { isInForce } from '../callers/secret.ts'
import type { Secret } from '../policy/rules.ts'
import type { ConsoleContext } from './context.ts'

const COOKIE = '__Host-session'
const LIFETIME_SECONDS = 8 * 60 * 60
const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Strict'

const ALGORITHM = 'HS256'
const TYPE = 'console-session+jwt'
const ISSUER = 'aws-web-identity-console'
/** Apart from what the same keys seal elsewhere: RFC 5869 section 3.2. */
const KEY_PURPOSE = 'aws-web-identity console session HS256 v1'

/** The `Set-Cookie` that opens a session of eight hours. */
export async function openSession(secret: Secret, origin: string, context: ConsoleContext): Promise<string> {
  const [sealingKey] = context.sealingKeys
  if (sealingKey === undefined) throw new Error('There is no sealing key to sign a session with.')
  const issuedAt = Math.floor(context.now / 1000)
  const token = await new SignJWT({ secret: shortNameOf(secret) })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setIssuer(ISSUER)
    .setAudience(origin)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_SECONDS)
    .sign(await sessionKeyOf(sealingKey))
  return `${COOKIE}=${token}; Max-Age=${LIFETIME_SECONDS}; ${ATTRIBUTES}`
}

/** The `Set-Cookie` that ends one. */
export const closedSession = `${COOKIE}=; Max-Age=0; ${ATTRIBUTES}`

/** The secret that opened the request's session, if the session is good and the secret is in force. */
export async function secretOfSession(
  request: Request,
  context: ConsoleContext,
): Promise<Secret | undefined> {
  const token = cookieOf(request)
  if (token === undefined) return undefined
  const name = await readSession(token, new URL(request.url).origin, context)
  return context.policy.console.secrets?.find(
    (secret) => shortNameOf(secret) === name && isInForce(secret, context.now),
  )
}

async function readSession(
  token: string,
  origin: string,
  { sealingKeys, now }: ConsoleContext,
): Promise<unknown> {
  for (const sealingKey of sealingKeys) {
    try {
      const { payload } = await jwtVerify(token, await sessionKeyOf(sealingKey), {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: origin,
        requiredClaims: ['secret', 'exp'],
        maxTokenAge: LIFETIME_SECONDS,
        currentDate: new Date(now),
      })
      return payload['secret']
    } catch (error) {
      // Not by this key, or not good at all: what it is, is nobody's business but its maker's.
      if (!(error instanceof errors.JOSEError)) throw error
    }
  }
  return undefined
}

async function sessionKeyOf(sealingKey: Uint8Array): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', sealingKey, 'HKDF', false, ['deriveBits'])
  const info = new TextEncoder().encode(KEY_PURPOSE)
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256))
}

// 64 bits of a hash that the policy shows anyway: enough to tell its secrets apart.
function shortNameOf({ sha256 }: Secret): string {
  return sha256.slice(0, 16)
}

function cookieOf(request: Request): string | undefined {
  const cookies = request.headers.get('Cookie')?.split(';') ?? []
  const found = cookies.map((cookie) => cookie.trim()).find((cookie) => cookie.startsWith(`${COOKIE}=`))
  return found?.slice(COOKIE.length + 1)
}
