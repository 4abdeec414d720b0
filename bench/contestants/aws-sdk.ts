// The AWS SDK for JavaScript v3, with its own HTTP handler.

import { GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { ALGORITHM, AUDIENCE, type Connect, CREDENTIALS, DURATION_SECONDS, REGION } from './mint.ts'

export const connect: Connect = (endpoint) => {
  const sts = new STSClient({ region: REGION, credentials: CREDENTIALS, endpoint })
  return async () => {
    const { WebIdentityToken = '' } = await sts.send(
      new GetWebIdentityTokenCommand({
        Audience: [AUDIENCE],
        SigningAlgorithm: ALGORITHM,
        DurationSeconds: DURATION_SECONDS,
      }),
    )
    return WebIdentityToken
  }
}
