// GetWebIdentityToken: its parameters on the wire, and how its result is read.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html

import type { QueryOperation } from '../query/operation.ts'
import { loadStsReplies } from './service.ts'
import { DEFAULT_DURATION } from './token-duration.ts'

/** A web identity token. */
export interface GetWebIdentityTokenOutput {
  /** The signed JWT. It is a bearer secret: to its audience, whoever holds it is you. */
  readonly webIdentityToken: string
  /** When the token ends, by AWS's clock. */
  readonly expiration: Date
}

// RFC 7515 §7.1; whether it is genuine is for the receiver to verify.
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/

export const getWebIdentityToken: QueryOperation<GetWebIdentityTokenOutput> = {
  name: 'GetWebIdentityToken',
  isRegionalOnly: true,
  isSigned: true,
  async checkSession({ DurationSeconds = DEFAULT_DURATION }, sessionEnd, now) {
    const secondsLeft = (sessionEnd.getTime() - now) / 1000
    // A session that seems to be over may be this machine's clock: AWS will tell which.
    if (secondsLeft <= 0 || Number(DurationSeconds) < secondsLeft) return undefined
    const longest = Math.ceil(secondsLeft) - 1 // it must end before the session does
    const { sessionTooShort } = await loadStsReplies()
    return sessionTooShort(longest)
  },
  result: (result) => ({
    webIdentityToken: result.matching('WebIdentityToken', COMPACT_JWS, 'is no JWT'),
    expiration: result.date('Expiration'),
  }),
}

/** The same without a look at the session: whether it is long enough is for AWS to judge. */
export const getWebIdentityTokenUnchecked: QueryOperation<GetWebIdentityTokenOutput> = {
  name: getWebIdentityToken.name,
  isRegionalOnly: getWebIdentityToken.isRegionalOnly,
  isSigned: getWebIdentityToken.isSigned,
  result: getWebIdentityToken.result,
}
