// The id by which the log tells of a request: the caller's own where it can be one, so that both logs have the same.

/** The id of this request. */
export function requestIdOf({ headers }: Request): string {
  const given = headers.get('X-Request-Id') ?? headers.get('Cf-Ray') ?? ''
  return /^[\w.-]{8,64}$/.test(given) ? given : crypto.randomUUID()
}
