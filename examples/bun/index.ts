// A server in Bun that calls an API outside AWS with a token of AWS in place of an API key.

import { createTokenSource, isWebIdentityError, StsClient, withWebIdentity } from 'aws-web-identity'
import { defaultProvider } from 'aws-web-identity/credentials'

const { API_URL = 'https://api.example.com', AWS_REGION = 'us-east-1', AWS_ENDPOINT_URL_STS } = process.env
const { host, origin } = new URL(API_URL)

const source = createTokenSource({
  sts: new StsClient({ region: AWS_REGION, endpoint: AWS_ENDPOINT_URL_STS, credentials: defaultProvider() }),
  audience: origin,
  signingAlgorithm: 'ES384',
})
// It keeps the token from request to request.
const api = withWebIdentity(fetch, source, { hosts: [host] })

const server = Bun.serve({
  routes: {
    '/hello': async () => {
      try {
        const response = await api(new URL('/hello', API_URL))
        // An answer of our own: the API's may say that it is compressed, which Bun has undone.
        return Response.json(await response.json(), { status: response.status })
      } catch (error) {
        if (!isWebIdentityError(error)) throw error
        // It says what to do, and holds neither a key nor a token.
        console.error(error.code, error.message)
        return Response.json({ error: error.code }, { status: 502 })
      }
    },
  },
})
console.log(`Listening on ${server.url}`)
