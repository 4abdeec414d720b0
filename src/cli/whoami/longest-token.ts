// How long a token may be that a session asks for: AWS lets none outlive it.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html

import { SHORTEST_DURATION } from '../../sts/token-duration.ts'

const LONGEST_DURATION = 3600

/**
 * In seconds; 0 where the session is too short for any.
 *
 * @param now the server's time, in milliseconds since 1970
 */
export function longestTokenSeconds(sessionEnd: Date | undefined, now: number): number {
  if (sessionEnd === undefined) return LONGEST_DURATION
  // It must end before the session does, and a request takes its time.
  const left = Math.ceil((sessionEnd.getTime() - now) / 1000) - 1
  return left < SHORTEST_DURATION ? 0 : Math.min(left, LONGEST_DURATION)
}
