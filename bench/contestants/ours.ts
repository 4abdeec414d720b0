// This package, as it is published.

import { StsClient } from 'aws-web-identity'
import { ALGORITHM, AUDIENCE, type Connect, CREDENTIALS, DURATION_SECONDS, REGION } from './mint.ts'

export const connect: Connect = (endpoint) => {
  const sts = new StsClient({ region: REGION, credentials: CREDENTIALS, endpoint })
  return async () => {
    const { webIdentityToken } = await sts.getWebIdentityToken({
      audience: [AUDIENCE],
      signingAlgorithm: ALGORITHM,
      durationSeconds: DURATION_SECONDS,
    })
    return webIdentityToken
  }
}
