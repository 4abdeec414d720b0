// Verifies the token of AssumeRoleWithWebIdentity against the issuers that an account trusts: IAM's "Create an OpenID
// Connect identity provider" and "Troubleshoot OIDC federation", whose messages these are.

import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import type { EmulatorTrustedIssuer } from '../account/account.ts'
import { readBody } from '../protocol/body.ts'
import { Fault } from '../protocol/fault.ts'

/** Who the token says is calling. */
export interface WebIdentity {
  readonly issuer: string
  readonly subject: string
  readonly audience: string
  readonly tags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity: string | undefined
}

/** The algorithms that STS takes (IAM, "Create an OpenID Connect identity provider"). */
const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']

/** Where keys come from, and what time it is. */
interface Surroundings {
  readonly fetch: typeof fetch
  readonly now: number
}

/** Who calls; a token that AWS would refuse is a `Fault`. */
export async function verifyWebIdentity(
  token: string,
  trusted: readonly EmulatorTrustedIssuer[],
  { fetch, now }: Surroundings,
): Promise<WebIdentity> {
  const claimed = readIssuer(token)
  const issuer = trusted.find((each) => each.issuer === claimed)
  if (issuer === undefined) {
    throw invalidToken(`No OpenIDConnect provider found in your account for ${claimed}`)
  }
  const keys = issuer.jwks ?? (await fetchKeys(issuer.issuer, fetch))
  // Keys from outside; jose checks what it uses of them.
  const claims = await verify(token, keys as JSONWebKeySet, now)
  const audience = [claims.aud ?? []].flat().find((each) => issuer.audiences.includes(each))
  if (audience === undefined) throw invalidToken('Incorrect token audience')
  return { issuer: issuer.issuer, subject: textOf(claims.sub), audience, ...sessionContent(claims) }
}

function readIssuer(token: string): string {
  try {
    return textOf(decodeJwt(token).iss)
  } catch {
    throw notValid()
  }
}

// A claim can be any JSON, whatever jose's types say of it.
function textOf(claim: unknown): string {
  if (typeof claim !== 'string') throw notValid()
  return claim
}

async function verify(token: string, keys: JSONWebKeySet, now: number): Promise<JWTPayload> {
  try {
    const requiredClaims = ['sub', 'aud', 'exp', 'iat']
    const options = { algorithms, requiredClaims, currentDate: new Date(now) }
    return (await jwtVerify(token, createLocalJWKSet(keys), options)).payload
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      const [current, expiration] = [Math.floor(now / 1000), error.payload.exp]
      throw new Fault(
        400,
        'ExpiredTokenException',
        `Token expired: current date/time ${current} must be before the expiration date/time ${expiration}`,
      )
    }
    if (error instanceof errors.JWTClaimValidationFailed && error.reason === 'missing') {
      throw invalidToken(`Missing a required claim: ${error.claim}`)
    }
    throw notValid()
  }
}

async function fetchKeys(issuer: string, fetch: Surroundings['fetch']): Promise<unknown> {
  try {
    const configuration = await fetchJson(
      `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
      fetch,
    )
    return await fetchJson(String(configuration['jwks_uri']), fetch)
  } catch {
    throw invalidToken(
      "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    )
  }
}

async function fetchJson(url: string, fetch: Surroundings['fetch']): Promise<Record<string, unknown>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  // The issuer decides how much it sends.
  return JSON.parse(new TextDecoder().decode(await readBody(response)))
}

// IAM, "Pass session tags in AWS STS", section on AssumeRoleWithWebIdentity; and source identities likewise.
function sessionContent(
  claims: JWTPayload,
): Pick<WebIdentity, 'tags' | 'transitiveTagKeys' | 'sourceIdentity'> {
  const { principal_tags: tags, transitive_tag_keys: keys } = asObject(
    claims['https://aws.amazonaws.com/tags'],
  )
  const sourceIdentity = claims['https://aws.amazonaws.com/source_identity']
  return {
    tags: Object.fromEntries(
      Object.entries(asObject(tags)).map(([key, value]) => [
        key,
        textOf(Array.isArray(value) ? value[0] : value),
      ]),
    ),
    transitiveTagKeys: Array.isArray(keys) ? keys.map(textOf) : [],
    sourceIdentity: typeof sourceIdentity === 'string' ? sourceIdentity : undefined,
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function notValid(): Fault {
  return invalidToken(
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
  )
}

function invalidToken(message: string): Fault {
  return new Fault(400, 'InvalidIdentityToken', message)
}
