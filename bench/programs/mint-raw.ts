// The floor: a signature, a request and a regular expression, with no check of anything and no second try.

import { AwsV4Signer } from 'aws4fetch'
import type { MintEnv } from './mint-env.ts'

export async function mint(env: MintEnv): Promise<string> {
  const signer = new AwsV4Signer({
    method: 'POST',
    url: env.ENDPOINT,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: String(
      new URLSearchParams({
        Action: 'GetWebIdentityToken',
        Version: '2011-06-15',
        'Audience.member.1': 'https://api.example.com',
        SigningAlgorithm: 'ES384',
      }),
    ),
    accessKeyId: env.AWS_ACCESS_KEY_ID,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    service: 'sts',
    region: 'us-east-1',
  })
  const { url, ...signed } = await signer.sign()
  const text = await (await fetch(url, signed)).text()
  const [, token] = /<WebIdentityToken>([^<]+)</.exec(text) ?? []
  if (token === undefined) throw new Error('It gave no token')
  return token
}
