// What it costs to refuse a forged token, beside jose and aws-jwt-verify: whoever sends them must not be able to keep a
// service busy.

import { JwtVerifier } from 'aws-jwt-verify'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { createVerifier } from '../src/verify/index.ts'
import type { Bench } from './bench.ts'
import { type Comparison, inTurn } from './measure/comparison.ts'
import { timed } from './measure/in-process.ts'
import { subtleCallsOf } from './measure/subtle-calls.ts'
import { type Algorithm, AUDIENCE, createSigner, ISSUER, type Signer } from './tokens.ts'

/** The longest that ours looks at. */
const LONGEST = 32 * 1024

export const bench: Bench = {
  about: `Tokens that nobody may take, at verifiers that have their keys and have accepted a good token before: the case of a service
that runs. Of a token of 32 KiB the signature is not good; *too long* is a little more than ours looks at. aws-jwt-verify
is asked by \`verifySync\` about the unknown key, since its \`verify\` would fetch the keys anew.

Signature work is counted by the calls of \`crypto.subtle\`; of aws-jwt-verify, which asks OpenSSL without it, it can't be.`,
  async run(quick) {
    const rsa = await forgeriesOf('RS256')
    const ec = await forgeriesOf('ES384')
    const kindsOf = (forgeries: Forgeries) => Object.keys(forgeries.tokens) as Kind[]
    // The rest is as with RS256: no key is asked.
    const signed: readonly Kind[] = ['wrong audience', 'expired', 'bad signature']
    const measurements: Comparison[] = []
    for (const kind of kindsOf(rsa)) measurements.push(await compare('RS256', kind, rsa, quick))
    for (const kind of signed) measurements.push(await compare('ES384', kind, ec, quick))
    return [...measurements, await countCalls(rsa)]
  },
}

type Kind = keyof Forgeries['tokens']
type Refuse = (token: string) => unknown
interface Forgeries {
  readonly tokens: Awaited<ReturnType<typeof forge>>
  readonly verifiers: Readonly<Record<'ours' | 'jose' | 'aws-jwt-verify', Refuse>>
  readonly verifySync: Refuse
}

async function forge({ mint, jwk }: Signer) {
  const good = await mint()
  const [header = '', claims = '', signature = ''] = good.split('.')
  const other = await mint() // its signature is of the right form, and of other claims
  const badSignature = `${header}.${claims}.${other.split('.')[2] ?? ''}`
  const long = async (length: number) => {
    const room = Math.floor(((length - good.length) * 3) / 4) - '"padding":"",'.length
    const [head, body] = (await mint({ claims: { padding: 'x'.repeat(room) } })).split('.')
    return `${head}.${body}.${signature}`
  }
  const now = Math.floor(Date.now() / 1000)
  const random = (bytes: number) =>
    Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('base64url')
  return {
    'wrong audience': await mint({ claims: { aud: 'https://other.example.com' } }),
    expired: await mint({ claims: { iat: now - 7200, exp: now - 3600 } }),
    'unknown key': await mint({ header: { kid: `not-${jwk.kid}` } }),
    garbage: `${random(60)}.${random(600)}.${random(256)}`,
    'bad signature': badSignature,
    '32 KiB': await long(LONGEST),
    'too long': await long(LONGEST + 8),
  }
}

async function forgeriesOf(algorithm: Algorithm): Promise<Forgeries> {
  const signer = await createSigner(algorithm)
  const jwks = { keys: [signer.jwk] }
  const pins = { audience: AUDIENCE, issuer: ISSUER } as const
  const verifier = createVerifier({ ...pins, jwks })
  const joseKeys = createLocalJWKSet(jwks)
  const josePins = { ...pins, algorithms: [algorithm] }
  const awsVerifier = JwtVerifier.create({ ...pins, jwksUri: `${ISSUER}/.well-known/jwks.json` })
  awsVerifier.cacheJwks({ keys: [signer.jwk] })
  const verifiers = {
    ours: verifier.verify,
    jose: (token: string) => jwtVerify(token, joseKeys, josePins),
    'aws-jwt-verify': (token: string) => awsVerifier.verify(token),
  }
  const good = await signer.mint()
  for (const verify of Object.values(verifiers)) await verify(good)
  return { tokens: await forge(signer), verifiers, verifySync: (token) => awsVerifier.verifySync(token) }
}

/** For what each must be refused: a bench that measures another refusal measures nothing. */
const REASONS: Readonly<Record<Kind, Readonly<Record<keyof Forgeries['verifiers'], string>>>> = {
  'wrong audience': {
    ours: 'audience',
    jose: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    'aws-jwt-verify': 'JwtInvalidAudienceError',
  },
  expired: { ours: 'expired', jose: 'ERR_JWT_EXPIRED', 'aws-jwt-verify': 'JwtExpiredError' },
  'unknown key': {
    ours: 'key_not_found',
    jose: 'ERR_JWKS_NO_MATCHING_KEY',
    'aws-jwt-verify': 'KidNotFoundInJwksError',
  },
  garbage: { ours: 'malformed', jose: 'ERR_JWS_INVALID', 'aws-jwt-verify': 'JwtParseError' },
  'bad signature': {
    ours: 'signature',
    jose: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    'aws-jwt-verify': 'JwtInvalidSignatureError',
  },
  '32 KiB': {
    ours: 'signature',
    jose: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    'aws-jwt-verify': 'JwtInvalidSignatureError',
  },
  'too long': {
    ours: 'malformed',
    jose: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    'aws-jwt-verify': 'JwtInvalidSignatureError',
  },
}

/** Each refuses this token whenever it is called. */
async function refusalsOf(kind: Kind, { tokens, verifiers, verifySync }: Forgeries) {
  const token = tokens[kind]
  const refusals: [string, () => Promise<void>][] = []
  for (const [name, verify] of Object.entries(verifiers) as [keyof typeof verifiers, Refuse][]) {
    const fetches = kind === 'unknown key' && name === 'aws-jwt-verify'
    const refuse = fetches ? verifySync : verify
    const reason = reasonOf(await errorOf(() => refuse(token)))
    if (reason !== REASONS[kind][name]) throw new Error(`${kind}: ${name} refuses for ${reason}`)
    refusals.push([name, async () => void (await errorOf(() => refuse(token)))])
  }
  return refusals
}

async function errorOf(verify: () => unknown): Promise<unknown> {
  try {
    await verify()
  } catch (error) {
    return error
  }
  throw new Error('A forged token was accepted')
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error ? String(error.code) : error.constructor.name
}

async function compare(
  algorithm: Algorithm,
  kind: Kind,
  forgeries: Forgeries,
  quick: boolean,
): Promise<Comparison> {
  const [rounds, turn] = quick ? [1, 10] : [15, 80]
  const refusals = await refusalsOf(kind, forgeries)
  const contestants = Object.fromEntries(refusals.map(([name, refuse]) => [name, timed(refuse, { turn })]))
  return {
    kind: 'comparison',
    title: `Refuse, ${algorithm}, ${kind}`,
    unit: 'µs',
    samples: await inTurn(contestants, rounds),
    against: ['jose'],
    goals: [{ of: 'ours', against: 'jose', atMost: 1 }],
  }
}

/** What can be told without a key. */
const CHEAP: readonly Kind[] = ['wrong audience', 'expired', 'unknown key', 'garbage', 'too long']

async function countCalls(forgeries: Forgeries): Promise<Comparison> {
  const samples: Record<string, number[]> = {}
  for (const kind of Object.keys(forgeries.tokens) as Kind[]) {
    for (const [name, refuse] of await refusalsOf(kind, forgeries)) {
      // aws-jwt-verify asks OpenSSL without WebCrypto.
      if (name !== 'aws-jwt-verify') {
        const calls = await subtleCallsOf(refuse)
        samples[`${name}, ${kind}`] = [[...calls.values()].reduce((sum, count) => sum + count, 0)]
      }
    }
  }
  return {
    kind: 'comparison',
    title: 'Refuse: calls of `crypto.subtle`',
    unit: 'calls',
    samples,
    against: [],
    goals: CHEAP.map((kind) => ({ of: `ours, ${kind}`, atMost: 0 })),
  }
}
