// This package, as it is published.

import { StsClient } from 'aws-web-identity'
import { ALGORITHM, AUDIENCE, type Connect, DURATION_SECONDS } from './mint.ts'

export const connect: Connect = (caller) => {
  const sts = new StsClient(caller)
  return async () => {
    const { webIdentityToken } = await sts.getWebIdentityToken({
      audience: [AUDIENCE],
      signingAlgorithm: ALGORITHM,
      durationSeconds: DURATION_SECONDS,
    })
    return webIdentityToken
  }
}
