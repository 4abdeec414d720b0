// Calls an API outside AWS as an AWS identity: `deno task start /path …`

import { createTokenSource, isWebIdentityError, StsClient, withWebIdentity } from 'aws-web-identity'
import { fromEnv } from 'aws-web-identity/credentials'

const API_URL = Deno.env.get('API_URL') ?? 'https://api.example.com'
const { host, origin } = new URL(API_URL)

const source = createTokenSource({
  sts: new StsClient({
    region: Deno.env.get('AWS_REGION') ?? 'us-east-1',
    endpoint: Deno.env.get('AWS_ENDPOINT_URL_STS'),
    credentials: fromEnv(),
  }),
  audience: origin,
  signingAlgorithm: 'ES384',
})
// A `fetch` that shows the token to this host alone. It mints once, however often it is called.
const api = withWebIdentity(fetch, source, { hosts: [host] })

try {
  for (const path of Deno.args) {
    const response = await api(new URL(path, API_URL))
    console.log(path, response.status, await response.text())
  }
} catch (error) {
  if (!isWebIdentityError(error)) throw error
  // It says what to do, and holds neither a key nor a token.
  console.error(error.code, error.message)
  Deno.exitCode = 1
}
