// How long a token may be valid, on the line.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html

import { duration, type ValueType } from '../value-types.ts'

/** In seconds. */
export const tokenDuration: ValueType<number> = {
  rule: 'must be from 60s to 1h, such as 90, 90s, 15m or 1h',
  read(given) {
    const seconds = duration.read(given)
    return seconds !== undefined && seconds >= 60 && seconds <= 3600 ? seconds : undefined
  },
}
