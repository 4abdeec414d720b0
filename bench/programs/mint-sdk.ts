// The same with the AWS SDK, in the form of its bare bones, which its documentation gives for small bundles.
// https://github.com/aws/aws-sdk-js-v3#bare-bones-clients

import { GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts'
import type { MintEnv } from './mint-env.ts'

let sts: STSClient | undefined

export async function mint({ ENDPOINT: endpoint, ...keys }: MintEnv): Promise<string> {
  sts ??= new STSClient({
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: keys.AWS_ACCESS_KEY_ID, secretAccessKey: keys.AWS_SECRET_ACCESS_KEY },
  })
  const { WebIdentityToken } = await sts.send(
    new GetWebIdentityTokenCommand({ Audience: ['https://api.example.com'], SigningAlgorithm: 'ES384' }),
  )
  if (WebIdentityToken === undefined) throw new Error('It gave no token')
  return WebIdentityToken
}
