// What a token says of its own times, without being verified: for whom it is opaque, that is a hint and no more.

/** When a token begins and ends, in milliseconds since 1970. */
export interface JwtTimes {
  readonly issuedAt: number
  readonly expiresAt: number
}

/** By `iat` and `exp` (RFC 7519 section 4.1); `undefined` where it is no JWT, or has not both. */
export function timesOfJwt(token: string): JwtTimes | undefined {
  try {
    const { iat, exp } = JSON.parse(
      atob(token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''),
    )
    if (typeof iat !== 'number' || typeof exp !== 'number' || exp <= iat) return undefined
    return { issuedAt: iat * 1000, expiresAt: exp * 1000 }
  } catch {
    return undefined // it is no JWT, or none in ASCII: for the receivers to judge
  }
}

/** The whole lifetime, in milliseconds. */
export function lifetimeOfJwt(token: string): number | undefined {
  const times = timesOfJwt(token)
  return times === undefined ? undefined : times.expiresAt - times.issuedAt
}
