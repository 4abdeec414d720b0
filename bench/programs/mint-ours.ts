// A program that only mints, with this package.

import { StsClient } from 'aws-web-identity'
import type { MintEnv } from './mint-env.ts'

let sts: StsClient | undefined

export async function mint({ ENDPOINT: endpoint, ...keys }: MintEnv): Promise<string> {
  sts ??= new StsClient({
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: keys.AWS_ACCESS_KEY_ID, secretAccessKey: keys.AWS_SECRET_ACCESS_KEY },
  })
  const { webIdentityToken } = await sts.getWebIdentityToken({
    audience: ['https://api.example.com'],
    signingAlgorithm: 'ES384',
  })
  return webIdentityToken
}
