// The AWS SDK for JavaScript v3, with its own HTTP handler, in the form that its documentation gives for small bundles.
// https://github.com/aws/aws-sdk-js-v3#bare-bones-clients

import { GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { ALGORITHM, AUDIENCE, type Connect, DURATION_SECONDS } from './mint.ts'

export const connect: Connect = (caller) => {
  const sts = new STSClient(caller)
  return async () => {
    const { WebIdentityToken } = await sts.send(
      new GetWebIdentityTokenCommand({
        Audience: [AUDIENCE],
        SigningAlgorithm: ALGORITHM,
        DurationSeconds: DURATION_SECONDS,
      }),
    )
    if (WebIdentityToken === undefined) throw new Error('It gave no token')
    return WebIdentityToken
  }
}
