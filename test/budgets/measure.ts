// Counts what calls of the built package cost, in a process of its own, where nothing is loaded yet; prints it as JSON.

import { setTimeout } from 'node:timers/promises'
import { subtleCallsOf } from '../../bench/measure/subtle-calls.ts'
import { modulesLoaded } from './modules.ts'

const AUDIENCE = 'https://api.example.com'
const ISSUER = 'https://11111111-2222-4333-8444-555555555555.tokens.sts.global.api.aws'

/** What is at these addresses; it comes a little later, as from a network: what is loaded under way has its time. */
const world = new Map<string, string>()
let fetches = 0
let modulesBeforeRequest: unknown
async function fetch(url: string | URL): Promise<Response> {
  fetches += 1
  modulesBeforeRequest ??= modulesLoaded()
  await setTimeout(20)
  const text = world.get(String(url)) ?? ''
  return new Response(text, {
    headers: { 'content-type': text.startsWith('<') ? 'text/xml' : 'application/json' },
  })
}

async function costOf(call: () => Promise<unknown>) {
  fetches = 0
  const subtle = Object.fromEntries([...(await subtleCallsOf(call))].sort())
  return { fetches, subtle }
}

const { StsClient, createTokenSource } = await import('aws-web-identity')
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' }
const sts = new StsClient({ region: 'us-east-1', credentials, fetch })
const expiration = new Date(Date.now() + 300_000).toISOString()
world.set(
  'https://sts.us-east-1.amazonaws.com/',
  `<GetWebIdentityTokenResponse><GetWebIdentityTokenResult><WebIdentityToken>a.b.c</WebIdentityToken><Expiration>${expiration}</Expiration></GetWebIdentityTokenResult></GetWebIdentityTokenResponse>`,
)
const input = { audience: [AUDIENCE], signingAlgorithm: 'ES384' } as const
const mint = {
  first: await costOf(() => sts.getWebIdentityToken(input)),
  another: await costOf(() => sts.getWebIdentityToken(input)),
}
const modules = { beforeTheRequest: modulesBeforeRequest, afterTheReply: modulesLoaded() }
const source = createTokenSource({ sts, audience: AUDIENCE, signingAlgorithm: 'ES384' })
const getToken = { first: await costOf(source.getToken), kept: await costOf(source.getToken) }

const { createVerifier } = await import('aws-web-identity/verify')
const { CompactSign, exportJWK, generateKeyPair } = await import('jose')
const keys: object[] = []
const signers = new Map<string, (claims: object) => Promise<string>>()
for (const alg of ['RS256', 'ES384']) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  keys.push({ ...(await exportJWK(publicKey)), kid: alg, alg, use: 'sig' })
  signers.set(alg, (claims) =>
    new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ kid: alg, typ: 'JWT', alg })
      .sign(privateKey),
  )
}
const jwksUri = `${ISSUER}/.well-known/jwks.json`
world.set(`${ISSUER}/.well-known/openid-configuration`, JSON.stringify({ issuer: ISSUER, jwks_uri: jwksUri }))
world.set(jwksUri, JSON.stringify({ keys }))

const verify: Record<string, unknown> = {}
for (const [algorithm, sign] of signers) {
  const claims = (changes: object = {}) => {
    const iat = Math.floor(Date.now() / 1000)
    const sub = 'arn:aws:iam::123456789012:role/worker'
    const own = { aws_account: '123456789012', principal_id: sub, source_region: 'us-east-1' }
    const base = { iss: ISSUER, aud: AUDIENCE, sub, iat, exp: iat + 300, jti: crypto.randomUUID() }
    return { ...base, 'https://sts.amazonaws.com/': own, ...changes }
  }
  const [token, other, strange, expired] = await Promise.all([
    sign(claims()),
    sign(claims()),
    sign(claims({ aud: 'https://other.example' })),
    sign(claims({ iat: 1_000_000_000, exp: 1_000_000_300 })),
  ])
  const verifier = createVerifier({ audience: AUDIENCE, issuer: ISSUER, fetch })
  const refused = (bad: string) => () =>
    verifier.verify(bad).then(
      () => Promise.reject(new Error('It was accepted')),
      () => {},
    )
  verify[algorithm] = {
    first: await costOf(() => verifier.verify(token)),
    another: await costOf(() => verifier.verify(other)),
    theSameAgain: await costOf(() => verifier.verify(token)),
    forAnotherAudience: await costOf(refused(strange)),
    expired: await costOf(refused(expired)),
    forged: await costOf(
      refused(`${other.slice(0, other.lastIndexOf('.'))}${token.slice(token.lastIndexOf('.'))}`),
    ),
    tooLong: await costOf(refused(`${token}${'A'.repeat(32_768)}`)),
  }
}

// Those of deadlines, of waits and of sockets alike.
const timersLeft = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
console.log(JSON.stringify({ modules, mint, getToken, verify, timersLeft }))
