// What a token says of its own times, without being verified: for whom it is opaque, that is a hint and no more.

/** The lifetime in milliseconds by `exp` and `iat` (RFC 7519 section 4.1); `undefined` where it is no JWT, or has none. */
export function lifetimeOfJwt(token: string): number | undefined {
  try {
    const { iat, exp } = JSON.parse(
      atob(token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''),
    )
    return typeof exp === 'number' && exp > iat ? (exp - iat) * 1000 : undefined
  } catch {
    return undefined // it is no JWT, or none in ASCII: for the receivers to judge
  }
}
