// A server for Deno Deploy, or any Deno, that calls an API outside AWS with a token of AWS in place of an API key.

import { createTokenSource, isWebIdentityError, StsClient, withWebIdentity } from 'aws-web-identity'
import { defaultProvider } from 'aws-web-identity/credentials'

const API_URL = Deno.env.get('API_URL') ?? 'https://api.example.com'
const { host, origin } = new URL(API_URL)

const source = createTokenSource({
  sts: new StsClient({
    region: Deno.env.get('AWS_REGION') ?? 'us-east-1',
    endpoint: Deno.env.get('AWS_ENDPOINT_URL_STS'),
    credentials: defaultProvider(),
  }),
  audience: origin,
  signingAlgorithm: 'ES384',
})
// It keeps the token from request to request.
const api = withWebIdentity(fetch, source, { hosts: [host] })

Deno.serve({ port: Number(Deno.env.get('PORT') ?? 8000) }, async () => {
  try {
    return await api(new URL('/hello', API_URL))
  } catch (error) {
    if (!isWebIdentityError(error)) throw error
    // It says what to do, and holds neither a key nor a token.
    console.error(error.code, error.message)
    return Response.json({ error: error.code }, { status: 502 })
  }
})
