// A Hono service that lets in whoever AWS vouches for.

import { serve } from '@hono/node-server'
import { createVerifier, requireWebIdentity, type WebIdentity } from 'aws-web-identity/verify'
import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'

const { AUDIENCE = 'https://api.example.com', ISSUER, PORT = '8787' } = process.env
if (ISSUER === undefined) {
  throw new Error('Set ISSUER: aws iam get-outbound-web-identity-federation-info tells it')
}

interface Env {
  Variables: { identity: WebIdentity }
}

const verifier = createVerifier({ audience: AUDIENCE, issuer: ISSUER })

const webIdentity = createMiddleware<Env>((context, next) => {
  const guard = requireWebIdentity(verifier, async (_, identity) => {
    context.set('identity', identity)
    await next()
    return context.res
  })
  return guard(context.req.raw)
})

const app = new Hono<Env>()
app.get('/health', (context) => context.text('ok'))
app.use('/api/*', webIdentity)
app.get('/api/me', (context) => {
  const { subject, accountId } = context.get('identity')
  return context.json({ caller: subject, account: accountId })
})

serve({ fetch: app.fetch, port: Number(PORT) }, ({ port }) => {
  console.log(`Listening on http://localhost:${port}`)
})
