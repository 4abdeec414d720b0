// Serves the page, and mints tokens for it: AWS's keys stay here, for whoever has a page has all that is in it.

import { serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { createTokenSource, isWebIdentityError, StsClient } from 'aws-web-identity'
import { defaultProvider } from 'aws-web-identity/credentials'
import { Hono } from 'hono'

const { API_URL = 'https://api.example.com', AWS_REGION = 'us-east-1', PORT = '8787' } = process.env
const { AWS_ENDPOINT_URL_STS } = process.env

const source = createTokenSource({
  sts: new StsClient({ region: AWS_REGION, endpoint: AWS_ENDPOINT_URL_STS, credentials: defaultProvider() }),
  audience: new URL(API_URL).origin,
  signingAlgorithm: 'ES384',
})

const app = new Hono()
app.post('/token', async (context) => {
  // Whoever comes past this line gets a token of yours: check the session of your user here.
  if (context.req.header('sec-fetch-site') !== 'same-origin') return context.json({ error: 'forbidden' }, 403)
  try {
    return context.json({ token: await source.getToken() }, 200, { 'cache-control': 'no-store' })
  } catch (error) {
    if (!isWebIdentityError(error)) throw error
    // For you, what to do; for the page, no more than a code.
    console.error(error.code, error.message)
    return context.json({ error: error.code }, 502)
  }
})
app.use('*', serveStatic({ root: 'public' }))

serve({ fetch: app.fetch, port: Number(PORT) }, ({ port }) => {
  console.log(`Listening on http://localhost:${port}`)
})
