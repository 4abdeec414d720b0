// A Lambda function that calls an API outside AWS as its own role: no key is kept for it anywhere.

import { createTokenSource, isWebIdentityError, StsClient, withWebIdentity } from 'aws-web-identity'
import { fromEnv } from 'aws-web-identity/credentials'

const { API_URL = 'https://api.example.com', AWS_REGION = 'us-east-1', AWS_ENDPOINT_URL_STS } = process.env
const { host, origin } = new URL(API_URL)

// Outside the handler, so that an environment that is used again still has its token.
const source = createTokenSource({
  sts: new StsClient({ region: AWS_REGION, endpoint: AWS_ENDPOINT_URL_STS, credentials: fromEnv() }),
  audience: origin,
  signingAlgorithm: 'ES384',
})
const api = withWebIdentity(fetch, source, { hosts: [host] })

export async function handler(): Promise<{ status: number; answer: string }> {
  try {
    const response = await api(new URL('/hello', API_URL))
    return { status: response.status, answer: await response.text() }
  } catch (error) {
    // It says what to do, and holds neither a key nor a token.
    if (isWebIdentityError(error)) console.error(error.code, error.message)
    throw error
  }
}
