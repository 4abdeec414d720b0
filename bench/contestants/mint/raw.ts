// The floor: a signature by aws4fetch, `fetch`, and a regular expression. It checks nothing, bounds nothing and tries
// nothing again.

import { AwsV4Signer } from 'aws4fetch'
import { ALGORITHM, AUDIENCE, type Connect, DURATION_SECONDS } from './mint.ts'

export const connect: Connect = ({
  region,
  credentials,
  endpoint = `https://sts.${region}.amazonaws.com/`,
}) => {
  // The keys that are derived from the secret are good for a day.
  const cache = new Map<string, ArrayBuffer>()
  return async () => {
    const signer = new AwsV4Signer({
      method: 'POST',
      url: endpoint,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: String(
        new URLSearchParams({
          Action: 'GetWebIdentityToken',
          Version: '2011-06-15',
          'Audience.member.1': AUDIENCE,
          SigningAlgorithm: ALGORITHM,
          DurationSeconds: String(DURATION_SECONDS),
        }),
      ),
      ...credentials,
      service: 'sts',
      region,
      allHeaders: true, // AWS wants `content-type` signed where it is sent; else aws4fetch leaves it out
      cache,
    })
    const { method, url, headers, body } = await signer.sign()
    const response = await fetch(url, { method, headers, body: body ?? null })
    if (!response.ok) throw new Error(`STS answered ${response.status}`)
    const [, token] = /<WebIdentityToken>([^<]+)</.exec(await response.text()) ?? []
    if (token === undefined) throw new Error('It gave no token')
    return token
  }
}
