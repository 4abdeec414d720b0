// Calls an API outside AWS as the AWS identity of wherever this runs: `node script.ts /path …`

import { createTokenSource, isWebIdentityError, StsClient, withWebIdentity } from 'aws-web-identity'
import { defaultProvider } from 'aws-web-identity/credentials'

const { API_URL = 'https://api.example.com', AWS_REGION = 'us-east-1', AWS_ENDPOINT_URL_STS } = process.env
const { host, origin } = new URL(API_URL)

const source = createTokenSource({
  sts: new StsClient({ region: AWS_REGION, endpoint: AWS_ENDPOINT_URL_STS, credentials: defaultProvider() }),
  audience: origin,
  signingAlgorithm: 'ES384',
})
// A `fetch` that shows the token to this host alone. It mints once, however often it is called.
const api = withWebIdentity(fetch, source, { hosts: [host] })

try {
  for (const path of process.argv.slice(2)) {
    const response = await api(new URL(path, API_URL))
    console.log(path, response.status, await response.text())
  }
} catch (error) {
  if (!isWebIdentityError(error)) throw error
  // It says what to do, and holds neither a key nor a token.
  console.error(error.code, error.message)
  process.exitCode = 1
}
