// The attacks that a verifier must refuse, in one table, and the signer that makes them: it signs whatever it is
// given with real keys, so that every part of a token can be wrong by itself. RFC 7515, RFC 7518, RFC 8725.

import type { createVerifier } from '../../src/verify/index.ts'

export type VerifierOptions = Parameters<typeof createVerifier>[0]

export const ISSUER = 'https://11111111-2222-4333-8444-555555555555.tokens.sts.global.api.aws'
/** An issuer of another customer of AWS, which is as real as ours. */
export const FOREIGN_ISSUER = 'https://99999999-2222-4333-8444-555555555555.tokens.sts.global.api.aws'
export const AUDIENCE = 'https://api.example.com'
export const ACCOUNT = '123456789012'
export const NAMESPACE = 'https://sts.amazonaws.com/'
/** The verifier's clock, a whole second. */
export const NOW = Date.UTC(2026, 8, 11, 18, 36, 0)
export const SECONDS = NOW / 1000

const byIssuer: VerifierOptions = { audience: AUDIENCE, issuer: ISSUER }
const byAccount: VerifierOptions = { audience: AUDIENCE, account: ACCOUNT }

/** Something to refuse. */
export interface Attack {
  readonly group: string
  readonly name: string
  /** The reason that must be given. */
  readonly code: string
  /** How many requests it may cause at most, of a verifier that has no keys yet. */
  readonly fetches: number
  /** A token, or something that is none. */
  readonly token: () => Promise<unknown>
  /** Without them, the issuer and the audience are pinned. */
  readonly options: VerifierOptions
  /** The verifier's clock. */
  readonly now: number
  readonly server: Server
}

/** What the issuer publishes. */
export interface Server {
  /** The members of `keys` in the JWKS. */
  readonly keys?: (ring: KeyRing) => readonly unknown[]
  /** Answers instead of the discovery document. */
  readonly discovery?: () => Response | Promise<Response>
  /** Answers instead of the JWKS. */
  readonly jwks?: () => Response | Promise<Response>
}

/** Something to accept, beside the attacks, so that nobody passes by refusing everything. */
export interface GoodCase {
  readonly name: string
  readonly token: () => Promise<string>
  readonly options: VerifierOptions
  readonly now: number
  readonly server: Server
}

const keyKinds = {
  rsa: { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
  otherRsa: { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
  rsa1024: { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024, publicExponent: Uint8Array.of(1, 0, 1) },
  rsaE3: { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: Uint8Array.of(3) },
  p384: { name: 'ECDSA', namedCurve: 'P-384' },
  otherP384: { name: 'ECDSA', namedCurve: 'P-384' },
  p256: { name: 'ECDSA', namedCurve: 'P-256' },
} as const

type KeyName = keyof typeof keyKinds

/** A key that signs, as a JWK with its private members, and its public half. */
export interface Key {
  readonly secret: JsonWebKey
  readonly jwk: JsonWebKey
}
export type KeyRing = Readonly<Record<KeyName, Key>>

let ring: Promise<KeyRing> | undefined

/** The keys of this run, made when they are first asked for. */
export function keyRing(): Promise<KeyRing> {
  ring ??= makeKeyRing()
  return ring
}

async function makeKeyRing(): Promise<KeyRing> {
  const [rsa, otherRsa, rsa1024, rsaE3, p384, otherP384, p256] = await Promise.all([
    makeKey('rsa'),
    makeKey('otherRsa'),
    makeKey('rsa1024'),
    makeKey('rsaE3'),
    makeKey('p384'),
    makeKey('otherP384'),
    makeKey('p256'),
  ])
  return { rsa, otherRsa, rsa1024, rsaE3, p384, otherP384, p256 }
}

async function makeKey(name: KeyName): Promise<Key> {
  const kind = keyKinds[name]
  const { privateKey } = await crypto.subtle.generateKey(
    kind.name === 'ECDSA' ? kind : { ...kind, hash: 'SHA-256' },
    true,
    ['sign', 'verify'],
  )
  const { kty, n, e, crv, x, y, d, p, q, dp, dq, qi } = await crypto.subtle.exportKey('jwk', privateKey)
  if (kty === 'RSA') return { secret: json({ kty, n, e, d, p, q, dp, dq, qi }), jwk: json({ kty, n, e }) }
  return { secret: json({ kty, crv, x, y, d }), jwk: json({ kty, crv, x, y }) }
}

// Without the members that are undefined; what is left are strings.
const json = (members: Record<string, string | undefined>): JsonWebKey => JSON.parse(JSON.stringify(members))

/** The keys as a real issuer publishes them, its RSA key without `alg`. */
export const publishedKeys = ({ rsa, p384 }: KeyRing): readonly object[] => [
  { ...rsa.jwk, kid: 'RSA_0', use: 'sig' },
  { ...p384.jwk, alg: 'ES384', kid: 'EC384_0', use: 'sig' },
]

/** Bytes as they are, text as it is, anything else as JSON. */
export type Part = object | string | Uint8Array

export interface Recipe {
  readonly header?: Part
  readonly claims?: Part
  /** Default: the key that the default header names. */
  readonly key?: KeyName
  /** The algorithm that is really used, whatever the header says. */
  readonly as?: keyof typeof algorithms
  /** What becomes of the true signature. */
  readonly signature?: (genuine: Uint8Array, ring: KeyRing, input: Uint8Array) => Part | Promise<Part>
}

const algorithms = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  RS384: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' },
  RS512: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' },
  RS1: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-1' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 },
  PS384: { name: 'RSA-PSS', hash: 'SHA-384', saltLength: 48 },
  PS512: { name: 'RSA-PSS', hash: 'SHA-512', saltLength: 64 },
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
} as const

export const rsHeader = (more: object = {}): object => ({ kid: 'RSA_0', typ: 'JWT', alg: 'RS256', ...more })
export const esHeader = (more: object = {}): object => ({
  kid: 'EC384_0',
  typ: 'JWT',
  alg: 'ES384',
  ...more,
})

/** Good claims, of a real token's shape, with some of them replaced; `undefined` takes one away. */
export const claims = (more: object = {}): object => ({
  aud: AUDIENCE,
  sub: `arn:aws:iam::${ACCOUNT}:user/org/issuer`,
  [NAMESPACE]: aws(),
  iss: ISSUER,
  exp: SECONDS + 300,
  iat: SECONDS,
  jti: 'c57e1b3c-6c4f-4a2c-8e85-3d3b8a8c1a11',
  ...more,
})

/** The namespace claim, likewise. */
export const aws = (more: object = {}): object => ({
  org_id: 'o-fixture',
  aws_account: ACCOUNT,
  ou_path: ['o-fixture/r-p5qq/'],
  request_tags: { Team: 'request', 'aws:test': 'reserved' },
  source_region: 'us-east-1',
  principal_id: `arn:aws:iam::${ACCOUNT}:user/org/issuer`,
  principal_tags: { Team: 'platform' },
  ...more,
})

/** Signs what it is given. Without a recipe, a good RS256 token. */
export async function forge({ header, claims: payload, key, as, signature }: Recipe = {}): Promise<string> {
  const keys = await keyRing()
  const input = `${encode(header ?? rsHeader())}.${encode(payload ?? claims())}`
  const bytes = new TextEncoder().encode(input)
  const genuine = await sign(keys[key ?? 'rsa'], as ?? 'RS256', bytes)
  return `${input}.${encode(signature === undefined ? genuine : await signature(genuine, keys, bytes))}`
}

/** The same for ES384. */
export const forgeEc = (recipe: Recipe = {}): Promise<string> =>
  forge({ header: esHeader(), key: 'p384', as: 'ES384', ...recipe })

async function sign({ secret }: Key, as: keyof typeof algorithms, bytes: Uint8Array): Promise<Uint8Array> {
  const algorithm = algorithms[as]
  const key = await crypto.subtle.importKey('jwk', secret, algorithm, false, ['sign'])
  // A view of bytes that TextEncoder made: no shared memory.
  return new Uint8Array(await crypto.subtle.sign(algorithm, key, bytes as Uint8Array<ArrayBuffer>))
}

async function hmac(secret: Uint8Array, bytes: Uint8Array): Promise<Uint8Array> {
  // Neither is of shared memory.
  const key = await crypto.subtle.importKey(
    'raw',
    secret as Uint8Array<ArrayBuffer>,
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes as Uint8Array<ArrayBuffer>))
}

/** base64url without padding. */
export function encode(part: Part): string {
  const bytes =
    part instanceof Uint8Array
      ? part
      : new TextEncoder().encode(typeof part === 'string' ? part : JSON.stringify(part))
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

export function decodeBytes(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

const P384_ORDER = BigInt(
  '0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
)
const toBigInt = (bytes: Uint8Array): bigint =>
  bytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n)
const toBytes = (number: bigint, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => Number((number >> BigInt(8 * (length - 1 - index))) & 255n))
const join = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]))

function ecdsaInDer(genuine: Uint8Array): Uint8Array {
  const integer = (bytes: Uint8Array) => {
    const significant = bytes.slice(bytes.findIndex((byte) => byte !== 0))
    const positive = (significant[0] ?? 0) > 127 ? join(Uint8Array.of(0), significant) : significant
    return join(Uint8Array.of(2, positive.length), positive)
  }
  const body = join(integer(genuine.slice(0, 48)), integer(genuine.slice(48)))
  return join(Uint8Array.of(0x30, body.length), body)
}

/** What a signature with the exponent 1 is: the padded hash itself. Anyone can write it. */
async function paddedHash(input: Uint8Array): Promise<Uint8Array> {
  // A view of bytes that TextEncoder made: no shared memory.
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', input as Uint8Array<ArrayBuffer>))
  const digestInfo = join(
    Uint8Array.of(0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20),
    hash,
  )
  const padding = new Uint8Array(256 - 3 - digestInfo.length).fill(255)
  return join(Uint8Array.of(0, 1), padding, Uint8Array.of(0), digestInfo)
}

type Rest = Partial<Pick<Attack, 'options' | 'now' | 'server' | 'fetches' | 'code'>>
type Make = (keys: KeyRing) => unknown

/** A row of the group; what it shares with the others stands in `shared`. */
const rowsOf = (group: string, shared: { code: string } & Rest) => {
  return (name: string, token: Make, rest: Rest = {}): Attack => ({
    group,
    name,
    fetches: 0,
    options: byIssuer,
    now: NOW,
    server: {},
    ...shared,
    ...rest,
    token: async () => token(await keyRing()),
  })
}

const replaceEnd = (token: string, last: string): string => token.slice(0, -1) + last

const algorithm = rowsOf('algorithm', { code: 'algorithm' })
const algorithmAttacks = [
  ...['none', 'None', 'NONE', 'nOnE', ' none', 'none ', 'none\u0000', ''].flatMap((alg) => [
    algorithm(`alg ${JSON.stringify(alg)} with an empty signature`, () =>
      forge({ header: rsHeader({ alg }), signature: () => '' }),
    ),
    algorithm(`alg ${JSON.stringify(alg)} over a true signature`, () => forge({ header: rsHeader({ alg }) })),
  ]),
  ...(['RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const).map((alg) =>
    algorithm(`${alg}, truly signed by the RSA key`, () => forge({ header: rsHeader({ alg }), as: alg })),
  ),
  algorithm(
    'ES256, truly signed by a P-256 key of the JWKS',
    () => forgeEc({ header: esHeader({ alg: 'ES256' }), key: 'p256', as: 'ES256' }),
    {
      server: { keys: ({ p256 }) => [{ ...p256.jwk, kid: 'EC384_0', use: 'sig', alg: 'ES256' }] },
    },
  ),
  ...['ES512', 'ES256K', 'EdDSA', 'Ed25519', 'HS384', 'HS512', 'dir', 'RSA1_5', 'A256GCM', 'ML-DSA-65'].map(
    (alg) => algorithm(`${alg} over a true signature`, () => forge({ header: rsHeader({ alg }) })),
  ),
  ...['rs256', 'RS256 ', 'RS256\u0000', 'RS-256', 'ＲＳ256', 'constructor', '__proto__'].map((alg) =>
    algorithm(`alg ${JSON.stringify(alg)}, which only looks like RS256`, () =>
      forge({ header: rsHeader({ alg }) }),
    ),
  ),
  ...[null, 256, true, ['RS256'], { name: 'RS256' }, undefined].map((alg) =>
    algorithm(`alg ${JSON.stringify(alg) ?? 'missing'}`, () => forge({ header: rsHeader({ alg }) })),
  ),
  algorithm('HS256 with the modulus of the RSA key as the secret', ({ rsa }) =>
    forge({
      header: rsHeader({ alg: 'HS256' }),
      signature: (_, __, input) => hmac(decodeBytes(rsa.jwk.n ?? ''), input),
    }),
  ),
  algorithm('HS256 with the text of the JWK as the secret', ({ rsa }) =>
    forge({
      header: rsHeader({ alg: 'HS256' }),
      signature: (_, __, input) => hmac(new TextEncoder().encode(JSON.stringify(rsa.jwk)), input),
    }),
  ),
  algorithm('HS256 with the empty secret’s stand-in, one zero byte', () =>
    forge({ header: rsHeader({ alg: 'HS256' }), signature: (_, __, input) => hmac(Uint8Array.of(0), input) }),
  ),
  algorithm('RS256 where the owner takes ES384 alone', () => forge(), {
    options: { ...byIssuer, algorithms: ['ES384'] },
  }),
  algorithm('ES384 where the owner takes RS256 alone', () => forgeEc(), {
    options: { ...byIssuer, algorithms: ['RS256'] },
  }),
]

const header = rowsOf('header', { code: 'header' })
const headerAttacks = [
  ...[undefined, '', null, 0, ['RSA_0'], { RSA_0: true }].map((kid) =>
    header(`kid ${JSON.stringify(kid) ?? 'missing'}`, () => forge({ header: rsHeader({ kid }) })),
  ),
  header('crit, naming exp', () => forge({ header: rsHeader({ crit: ['exp'], exp: SECONDS + 300 }) })),
  header('crit, empty', () => forge({ header: rsHeader({ crit: [] }) })),
  header('crit, null', () => forge({ header: rsHeader({ crit: null }) })),
  header('b64 false, critical', () => forge({ header: rsHeader({ crit: ['b64'], b64: false }) })),
  header('b64 false', () => forge({ header: rsHeader({ b64: false }) })),
  header('b64 true', () => forge({ header: rsHeader({ b64: true }) })),
  header('jku of the attacker', () =>
    forge({ header: rsHeader({ jku: 'https://evil.example/jwks.json' }), key: 'otherRsa' }),
  ),
  header('jku of the issuer itself', () =>
    forge({ header: rsHeader({ jku: `${ISSUER}/.well-known/jwks.json` }) }),
  ),
  header('x5u of the attacker', () =>
    forge({ header: rsHeader({ x5u: 'https://evil.example/cert.pem' }), key: 'otherRsa' }),
  ),
  header('jwk, the attacker’s key in the token', ({ otherRsa }) =>
    forge({ header: rsHeader({ jwk: otherRsa.jwk }), key: 'otherRsa' }),
  ),
  header('jwk, the true key in the token', ({ rsa }) => forge({ header: rsHeader({ jwk: rsa.jwk }) })),
  ...['at+jwt', 'JWS', 'JWE', 'application/jwt', 'jwt', 'JWT ', '', 1, null, ['JWT'], 'secevent+jwt'].map(
    (typ) => header(`typ ${JSON.stringify(typ)}`, () => forge({ header: rsHeader({ typ }) })),
  ),
]

const kid = rowsOf('kid', { code: 'key_not_found', fetches: 2 })
const kidAttacks = [
  ...[
    'RSA_9',
    'rsa_0',
    'RSA_0 ',
    'RSA_0\u0000',
    '../../../../dev/null',
    "' OR 1=1 --",
    'https://evil.example/key',
    '__proto__',
    'constructor',
    'toString',
    '0',
    'length',
    '*',
    'x'.repeat(4096),
  ].map((name) =>
    kid(`kid ${JSON.stringify(name.slice(0, 30))} that no key has`, () =>
      forge({ header: rsHeader({ kid: name }) }),
    ),
  ),
  kid('no key at all', () => forge(), { server: { keys: () => [] } }),
  kid('a key whose kid is a number', () => forge({ header: rsHeader({ kid: '0' }) }), {
    server: { keys: ({ rsa }) => [{ ...rsa.jwk, kid: 0, use: 'sig' }] },
  }),
  kid('a key without kid', () => forge(), { server: { keys: ({ rsa }) => [{ ...rsa.jwk, use: 'sig' }] } }),
]

const signature = rowsOf('signature', { code: 'signature', fetches: 2 })
const ec = (make: (r: bigint, s: bigint) => readonly [bigint, bigint]): Make => {
  return () =>
    forgeEc({
      signature: (genuine) => {
        const [r, s] = make(toBigInt(genuine.slice(0, 48)), toBigInt(genuine.slice(48)))
        return join(toBytes(r, 48), toBytes(s, 48))
      },
    })
}
const signatureAttacks = [
  signature('RS256 by another key', () => forge({ key: 'otherRsa' })),
  signature('ES384 by another key', () => forgeEc({ key: 'otherP384' })),
  signature('RS256 of zeros', () => forge({ signature: () => new Uint8Array(256) })),
  signature('RS256 of ones', () => forge({ signature: () => new Uint8Array(256).fill(255) })),
  signature('RS256, the number one', () => forge({ signature: () => toBytes(1n, 256) })),
  signature('RS256, the padded hash, as for the exponent 1', () =>
    forge({ signature: (_, __, input) => paddedHash(input) }),
  ),
  signature('RS256, one bit turned', () =>
    forge({ signature: (genuine) => genuine.with(128, (genuine[128] ?? 0) ^ 1) }),
  ),
  signature('RS256, a byte short', () => forge({ signature: (genuine) => genuine.slice(0, -1) })),
  signature('RS256, a byte long', () => forge({ signature: (genuine) => join(genuine, Uint8Array.of(0)) })),
  signature('RS256, a zero in front', () =>
    forge({ signature: (genuine) => join(Uint8Array.of(0), genuine) }),
  ),
  signature('RS256, one byte alone', () => forge({ signature: () => Uint8Array.of(0) })),
  signature('RS256, a signature plus the modulus', ({ rsa }) =>
    forge({
      signature: (genuine) => toBytes(toBigInt(genuine) + toBigInt(decodeBytes(rsa.jwk.n ?? '')), 257),
    }),
  ),
  signature('RS256, a signature plus the modulus, in as many bytes', async ({ rsa }) => {
    const modulus = toBigInt(decodeBytes(rsa.jwk.n ?? ''))
    let sum = 0n
    const plusModulus = (genuine: Uint8Array) => {
      sum = toBigInt(genuine) + modulus
      return toBytes(sum % 2n ** 2048n, 256)
    }
    // Of one token in four or so the sum still fits.
    for (let id = 0; id < 1000; id++) {
      const token = await forge({ claims: claims({ jti: String(id) }), signature: plusModulus })
      if (sum < 2n ** 2048n) return token
    }
    throw new Error('No signature is small enough.')
  }),
  signature('RS256 in the header, PSS in truth', () => forge({ as: 'PS256' })),
  signature('RS256 in the header, SHA-512 in truth', () => forge({ as: 'RS512' })),
  signature('RS256 in the header, SHA-1 in truth', () => forge({ as: 'RS1' })),
  signature('the signature of another token', async () => {
    const [other = ''] = (await forge({ claims: claims({ jti: 'another' }) })).split('.').slice(2)
    return (await forge()).replace(/[^.]*$/, other)
  }),
  signature('the claims of another token', async () => {
    const [, stolen = ''] = (await forge({ claims: claims({ sub: `arn:aws:iam::${ACCOUNT}:root` }) })).split(
      '.',
    )
    return (await forge()).replace(/\.[^.]*\./, `.${stolen}.`)
  }),
  signature('the header of another token', async () =>
    (await forge()).replace(/^[^.]*/, encode(rsHeader({ typ: undefined }))),
  ),
  signature(
    'ES384 of zeros',
    ec(() => [0n, 0n]),
  ),
  signature(
    'ES384, r zero',
    ec((_, s) => [0n, s]),
  ),
  signature(
    'ES384, s zero',
    ec((r) => [r, 0n]),
  ),
  signature(
    'ES384, r and s one',
    ec(() => [1n, 1n]),
  ),
  signature(
    'ES384, r is n',
    ec((_, s) => [P384_ORDER, s]),
  ),
  signature(
    'ES384, s is n',
    ec((r) => [r, P384_ORDER]),
  ),
  signature(
    'ES384, r and s are n',
    ec(() => [P384_ORDER, P384_ORDER]),
  ),
  signature(
    'ES384, r above n',
    ec((_, s) => [P384_ORDER + 1n, s]),
  ),
  signature(
    'ES384, r and s of ones',
    ec(() => [2n ** 384n - 1n, 2n ** 384n - 1n]),
  ),
  signature(
    'ES384, s before r',
    ec((r, s) => [s, r]),
  ),
  signature(
    'ES384, r turned about',
    ec((r, s) => [P384_ORDER - r, s]),
  ),
  signature('ES384 in DER', () => forgeEc({ signature: ecdsaInDer })),
  signature('ES384, a byte short', () => forgeEc({ signature: (genuine) => genuine.slice(0, -1) })),
  signature('ES384, a byte long', () => forgeEc({ signature: (genuine) => join(genuine, Uint8Array.of(0)) })),
  signature('ES384, 132 bytes as for P-521', () =>
    forgeEc({
      signature: (genuine) => {
        const zeros = new Uint8Array(18)
        return join(zeros, genuine.slice(0, 48), zeros, genuine.slice(48))
      },
    }),
  ),
  signature('ES384 in the header, ES256 in truth', () => forgeEc({ key: 'p256', as: 'ES256' })),
]

const form = rowsOf('form', { code: 'malformed' })
const split = async () => {
  const [h = '', p = '', s = ''] = (await forge()).split('.')
  return { h, p, s }
}
const formAttacks = [
  ...[undefined, null, 42, true, {}, [], Symbol('token'), new Uint8Array(3)].map((value, index) =>
    form(`no string at all, ${index}: ${typeof value}`, () => value),
  ),
  form('an object that turns into a good token', async () => {
    const token = await forge()
    return { toString: () => token }
  }),
  form('an array that turns into a good token', async () => [await forge()]),
  form('the empty string', () => ''),
  ...['.', '..', '...', 'a', 'a.b', 'a.b.c', 'null.null.null', 'undefined', '{}'].map((text) =>
    form(`only ${text}`, () => text),
  ),
  form('the signature stripped, its dot kept', async () => (await forge()).replace(/[^.]*$/, '')),
  form('the signature stripped with its dot', async () => (await forge()).replace(/\.[^.]*$/, '')),
  form('no claims', async () => (await forge()).replace(/\.[^.]*\./, '..')),
  form('no header', async () => (await forge()).replace(/^[^.]*/, '')),
  form('a fourth part', async () => `${await forge()}.`),
  form('a fourth part with letters', async () => `${await forge()}.AAAA`),
  form('five parts, as of a JWE', async () => `${await forge()}.AAAA.AAAA`),
  form('a dot in front', async () => `.${await forge()}`),
  form('JSON serialization', async () => {
    const { h, p, s } = await split()
    return JSON.stringify({ protected: h, payload: p, signature: s })
  }),
  form('general JSON serialization', async () => {
    const { h, p, s } = await split()
    return JSON.stringify({ payload: p, signatures: [{ protected: h, signature: s }] })
  }),
  ...([' ', '\n', '\t', '\r\n', '\u0000', '\u00a0', '\ufeff', '\u200b'] as const).flatMap((space) => [
    form(`${JSON.stringify(space)} in front`, async () => space + (await forge())),
    form(`${JSON.stringify(space)} behind`, async () => (await forge()) + space),
  ]),
  form('a space within the claims', async () => (await forge()).replace(/(\.[^.]{8})/, '$1 ')),
  form('a space within the signature', async () => (await forge()).replace(/.{8}$/, ' $&')),
  form('a line break within the header', async () => (await forge()).replace(/^.{8}/, '$&\n')),
  form('padding behind the signature', async () => `${await forge()}==`),
  form('padding behind the header', async () => {
    const { h, p, s } = await split()
    return `${h}${'='.repeat((4 - (h.length % 4)) % 4 || 4)}.${p}.${s}`
  }),
  form('percent-encoded padding', async () => `${await forge()}%3D%3D`),
  form('base64 that is not of the URL kind', async () => {
    const { h, p } = await split()
    return `${h}.${p}.${'+/'.repeat(171)}`
  }),
  form('other characters between', async () => (await forge()).replace(/.{8}$/, '*$&')),
  form('letters of full width', async () => (await forge()).replace(/e/, 'ｅ')),
  form('last bits of the signature that are not canonical', async () => {
    const token = await forge() // 256 bytes: the last character carries two bits
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    return replaceEnd(token, alphabet[alphabet.indexOf(token.at(-1) ?? '') + 1] ?? '')
  }),
  form('last bits of the claims that are not canonical', () => withLastBitsOf('claims')),
  form('last bits of the header that are not canonical', () => withLastBitsOf('header')),
  form('a part whose length no bytes have', async () => {
    const { h, p, s } = await split()
    return `${h}.${p}.${s.slice(0, s.length - (s.length % 4) + 1)}`
  }),
  form('longer than 32 KiB', () => forge({ claims: claims({ more: 'x'.repeat(32_768) }) })),
  form('10 MB of letters', () => 'e'.repeat(10_000_000)),
  form('10 MB of dots', () => '.'.repeat(10_000_000)),
  form('a scheme in front', async () => `Bearer ${await forge()}`),
]

/** A good token whose part ends with bits that a decoder throws away, truly signed over that very text. */
async function withLastBitsOf(part: 'header' | 'claims'): Promise<string> {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  // As many spaces within the JSON as it takes to leave bits over.
  const open = (value: object) => {
    const text = JSON.stringify(value)
    return text + ' '.repeat((4 - (new TextEncoder().encode(text).length % 3)) % 3)
  }
  const bent = (text: string) => replaceEnd(text, alphabet[alphabet.indexOf(text.at(-1) ?? '') + 1] ?? '')
  const h = encode(open(rsHeader()))
  const p = encode(open(claims()))
  const input = part === 'header' ? `${bent(h)}.${p}` : `${h}.${bent(p)}`
  const { rsa } = await keyRing()
  return `${input}.${encode(await sign(rsa, 'RS256', new TextEncoder().encode(input)))}`
}

const text = rowsOf('JSON', { code: 'malformed' })
const goodClaims = () => JSON.stringify(claims())
const goodHeader = () => JSON.stringify(rsHeader())
const bytesOf = (value: string) => new TextEncoder().encode(value)
const jsonAttacks = [
  text('claims that are no JSON', () => forge({ claims: 'claims' })),
  ...['null', 'true', '1', '"text"', '[]', '[{}]', '{', '{}{}', '', ' '].map((value) =>
    text(`claims that are ${JSON.stringify(value)}`, () => forge({ claims: value })),
  ),
  ...['null', '1', '"RS256"', '[]', '{', '{}{}'].map((value) =>
    text(`a header that is ${JSON.stringify(value)}`, () => forge({ header: value }), { fetches: 0 }),
  ),
  text('claims with something behind them', () => forge({ claims: `${goodClaims()}x` })),
  text('claims with a NUL behind them', () => forge({ claims: `${goodClaims()}\u0000` })),
  text('claims with a comment', () => forge({ claims: goodClaims().replace('{', '{/**/') })),
  text('claims with a comma too many', () => forge({ claims: goodClaims().replace(/\}$/, ',}') })),
  text('claims with NaN', () => forge({ claims: goodClaims().replace('{', '{"x":NaN,') })),
  text('claims with a byte order mark', () => forge({ claims: `\ufeff${goodClaims()}` })),
  text('a header with a byte order mark', () => forge({ header: `\ufeff${goodHeader()}` }), { fetches: 0 }),
  text('claims in UTF-16', () =>
    forge({
      claims: Uint8Array.from(goodClaims(), (c) => c.charCodeAt(0)).reduce<Uint8Array>(
        (all, byte, index) => all.with(2 * index, byte),
        new Uint8Array(2 * goodClaims().length),
      ),
    }),
  ),
  text('claims in Latin-1', () =>
    forge({ claims: Uint8Array.from(JSON.stringify(claims({ x: 'ÿ' })), (c) => c.charCodeAt(0)) }),
  ),
  text('claims with a byte that UTF-8 never has', () =>
    forge({
      claims: join(bytesOf(goodClaims().slice(0, -1)), bytesOf(',"x":"'), Uint8Array.of(255), bytesOf('"}')),
    }),
  ),
  text('claims with an overlong quote', () =>
    forge({
      claims: join(
        bytesOf(goodClaims().slice(0, -1)),
        bytesOf(',"x":"'),
        Uint8Array.of(0xc0, 0xa2),
        bytesOf('"}'),
      ),
    }),
  ),
  text('claims with half a surrogate pair in UTF-8', () =>
    forge({
      claims: join(
        bytesOf(goodClaims().slice(0, -1)),
        bytesOf(',"x":"'),
        Uint8Array.of(0xed, 0xa0, 0x80),
        bytesOf('"}'),
      ),
    }),
  ),
  text('a lone surrogate, escaped', () => forge({ claims: goodClaims().replace('{', '{"x":"\\ud800",') })),
  text('a lone surrogate, escaped, in a name', () =>
    forge({ claims: goodClaims().replace('{', '{"\\udc00":1,') }),
  ),
  text(
    'a header with invalid UTF-8',
    () =>
      forge({
        header: join(
          bytesOf(goodHeader().slice(0, -1)),
          bytesOf(',"x":"'),
          Uint8Array.of(255),
          bytesOf('"}'),
        ),
      }),
    { fetches: 0 },
  ),
  text(
    'a header with a lone surrogate',
    () => forge({ header: goodHeader().replace('{', '{"x":"\\ud800",') }),
    { fetches: 0 },
  ),
  ...['aud', 'sub', 'iss', 'exp', 'iat', 'jti'].flatMap((name) => [
    text(`${name} twice`, () =>
      forge({ claims: goodClaims().replace('{', `{"${name}":"https://evil.example",`) }),
    ),
    text(`${name} twice, once escaped`, () =>
      forge({
        claims: goodClaims().replace(
          '{',
          `{"\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}":1,`,
        ),
      }),
    ),
  ]),
  text('the same claim twice, alike', () =>
    forge({ claims: goodClaims().replace('{', `{"aud":"${AUDIENCE}",`) }),
  ),
  text('the namespace twice', () => forge({ claims: goodClaims().replace('{', `{"${NAMESPACE}":{},`) })),
  text('aws_account twice within the namespace', () =>
    forge({ claims: goodClaims().replace('"aws_account"', '"aws_account":"999999999999","aws_account"') }),
  ),
  text('a principal tag twice', () =>
    forge({ claims: goodClaims().replace('"principal_tags":{', '"principal_tags":{"Team":"root",') }),
  ),
  text('an unknown member twice, deep in an array', () =>
    forge({ claims: goodClaims().replace('{', '{"x":[[{"y":1,"y":2}]],') }),
  ),
  ...['alg', 'kid', 'typ'].map((name) =>
    text(
      `${name} twice in the header`,
      () => forge({ header: goodHeader().replace('{', `{"${name}":"none",`) }),
      { fetches: 0 },
    ),
  ),
  text('__proto__ twice', () =>
    forge({ claims: goodClaims().replace('{', '{"__proto__":{},"__proto__":{},') }),
  ),
]

const issuer = rowsOf('issuer', { code: 'issuer' })
const suffix = '.tokens.sts.global.api.aws'
const lookalikes = [
  ISSUER.replace('https', 'http'),
  ISSUER.replace('https', 'HTTPS'),
  ISSUER.replace('https://', 'https:/'),
  ISSUER.replace('https://', 'https:///'),
  ISSUER.replace('https://', '//'),
  ISSUER.replace('https://', ''),
  ISSUER.toUpperCase(),
  ISSUER.replace('.aws', '.AWS'),
  `${ISSUER}/`,
  `${ISSUER}/x`,
  `${ISSUER}//`,
  `${ISSUER}:443`,
  `${ISSUER}:8443`,
  `${ISSUER}?`,
  `${ISSUER}?x=1`,
  `${ISSUER}#`,
  `${ISSUER}#x`,
  `${ISSUER}.`,
  ` ${ISSUER}`,
  `${ISSUER} `,
  `${ISSUER}\n`,
  ISSUER.replace('sts', 's\tts'),
  ISSUER.replace('https://', 'https://user@'),
  ISSUER.replace('https://', 'https://user:password@'),
  `https://${suffix.slice(1)}`,
  `https://a.b${suffix}`,
  `https://${suffix}`,
  `https://a_b${suffix}`,
  `https://%61${suffix}`,
  ISSUER.replace('.sts.', '。sts.'),
  ISSUER.replace('a', 'а'), // the Cyrillic letter
  ISSUER.replace('.global', '-global'),
  ISSUER.replace('.sts', 'xsts'),
  'https://evil.example',
  `https://evil.example${suffix}.evil.example`,
  `https://evil.example/${suffix}`,
  `https://evil.example#${suffix}`,
  `https://evil.example?${suffix}`,
  `https://evil.example\\${suffix}`,
  `https://evil.example@a${suffix}`,
  `https://evil.example\n${ISSUER}`,
  `${ISSUER}\nhttps://evil.example`,
  `https://eviltokens.sts.global.api.aws.example`,
  'https://sts.amazonaws.com',
  'https://sts.us-east-1.amazonaws.com',
  'https://localhost',
  'http://localhost:8080',
  'http://127.0.0.1',
  'http://169.254.169.254/latest/meta-data',
  'https://[::1]',
  'file:///etc/passwd',
  'data:application/json,{}',
  'javascript:alert(1)',
  '',
  'null',
]
const issuerAttacks = [
  issuer('the real issuer of another account, where ours is pinned', () =>
    forge({ claims: claims({ iss: FOREIGN_ISSUER }) }),
  ),
  issuer('the pinned issuer’s first part', () => forge({ claims: claims({ iss: ISSUER.slice(0, -1) }) })),
  ...lookalikes.flatMap((iss) => [
    issuer(`${JSON.stringify(iss)} where an account is pinned`, () => forge({ claims: claims({ iss }) }), {
      options: byAccount,
    }),
    issuer(`${JSON.stringify(iss)} where an issuer is pinned`, () => forge({ claims: claims({ iss }) })),
  ]),
  issuer(
    'an http issuer that is not the pinned one, on loopback',
    () => forge({ claims: claims({ iss: 'http://127.0.0.1:2/x' }) }),
    {
      options: { audience: AUDIENCE, issuer: 'http://127.0.0.1:1/x' },
    },
  ),
]

const audience = rowsOf('audience', { code: 'audience', fetches: 2 })
const audienceAttacks = [
  ...[
    'https://other.example.com',
    `${AUDIENCE}/`,
    `${AUDIENCE}.evil.example`,
    AUDIENCE.toUpperCase(),
    AUDIENCE.slice(0, -1),
    ` ${AUDIENCE}`,
    '*',
    'https://*',
    ['https://a.example', 'https://b.example'],
    [`${AUDIENCE},https://b.example`],
  ].map((aud) => audience(`aud ${JSON.stringify(aud)}`, () => forge({ claims: claims({ aud }) }))),
  audience('an audience that is the issuer', () => forge({ claims: claims({ aud: ISSUER }) })),
  audience(
    'an audience of neither of two that are served',
    () => forge({ claims: claims({ aud: 'https://c.example' }) }),
    {
      options: { ...byIssuer, audience: ['https://a.example', 'https://b.example'] },
    },
  ),
]

const type = rowsOf('types', { code: 'claims', fetches: 2 })
const typeAttacks = [
  ...['iss', 'sub', 'aud', 'iat', 'exp', 'jti', NAMESPACE].flatMap((name) => [
    type(
      `${name} missing`,
      () => forge({ claims: claims({ [name]: undefined }) }),
      name === 'iss' ? { fetches: 0 } : {},
    ),
    type(
      `${name} null`,
      () => forge({ claims: claims({ [name]: null }) }),
      name === 'iss' ? { fetches: 0 } : {},
    ),
    type(
      `${name} true`,
      () => forge({ claims: claims({ [name]: true }) }),
      name === 'iss' ? { fetches: 0 } : {},
    ),
  ]),
  type('iss an array that holds the issuer', () => forge({ claims: claims({ iss: [ISSUER] }) }), {
    fetches: 0,
  }),
  type('iss an object', () => forge({ claims: claims({ iss: { toString: ISSUER } }) }), { fetches: 0 }),
  type('iss a number', () => forge({ claims: claims({ iss: 0 }) }), { fetches: 0 }),
  type('aud empty', () => forge({ claims: claims({ aud: [] }) })),
  type('aud with a number beside ours', () => forge({ claims: claims({ aud: [AUDIENCE, 1] }) })),
  type('aud with null beside ours', () => forge({ claims: claims({ aud: [AUDIENCE, null] }) })),
  type('aud an array within an array', () => forge({ claims: claims({ aud: [[AUDIENCE]] }) })),
  type('aud an object', () => forge({ claims: claims({ aud: { 0: AUDIENCE, length: 1 } }) })),
  type('aud a number', () => forge({ claims: claims({ aud: 1 }) })),
  ...['exp', 'iat', 'nbf'].flatMap((name) => [
    type(`${name} text`, () => forge({ claims: claims({ [name]: String(SECONDS + 10) }) })),
    type(`${name} an array`, () => forge({ claims: claims({ [name]: [SECONDS + 10] }) })),
    type(`${name} endless`, () =>
      forge({
        claims: goodClaims()
          .replace(new RegExp(`"${name}":\\d+,`), '')
          .replace('{', `{"${name}":1e400,`),
      }),
    ),
  ]),
  type('nbf null', () => forge({ claims: claims({ nbf: null }) })),
  type('exp of the past, below zero', () => forge({ claims: claims({ exp: -1 }) }), { code: 'expired' }),
  type('sub empty', () => forge({ claims: claims({ sub: '' }) })),
  type('sub no ARN', () => forge({ claims: claims({ sub: 'issuer' }) })),
  type('sub an array', () => forge({ claims: claims({ sub: [`arn:aws:iam::${ACCOUNT}:root`] }) })),
  type('sub an ARN without an account', () =>
    forge({ claims: claims({ sub: 'arn:aws:iam:::user/org/issuer' }) }),
  ),
  type('sub of another account than aws_account', () =>
    forge({ claims: claims({ sub: 'arn:aws:iam::999999999999:user/org/issuer' }) }),
  ),
  type('sub of an S3 bucket', () => forge({ claims: claims({ sub: 'arn:aws:s3:::bucket' }) })),
  type('sub with a line break behind it', () =>
    forge({ claims: claims({ sub: `arn:aws:iam::${ACCOUNT}:user/a\n` }) }),
  ),
  type('jti empty', () => forge({ claims: claims({ jti: '' }) })),
  type('jti a number', () => forge({ claims: claims({ jti: 1 }) })),
  ...[[], 'text', 1, false].map((value) =>
    type(`the namespace ${JSON.stringify(value)}`, () => forge({ claims: claims({ [NAMESPACE]: value }) })),
  ),
  ...[
    undefined,
    null,
    123456789012,
    '12345678901',
    '1234567890123',
    '１２３４５６７８９０１２',
    ' 23456789012',
    '123456789012\n',
    [ACCOUNT],
    '',
  ].map((value) =>
    type(`aws_account ${JSON.stringify(value) ?? 'missing'}`, () =>
      forge({ claims: claims({ [NAMESPACE]: aws({ aws_account: value }) }) }),
    ),
  ),
  type('the namespace under a name that is not quite it', () =>
    forge({ claims: claims({ [NAMESPACE]: undefined, 'https://sts.amazonaws.com': aws() }) }),
  ),
  type('principal_tags an array', () =>
    forge({ claims: claims({ [NAMESPACE]: aws({ principal_tags: ['Team'] }) }) }),
  ),
  type('a principal tag that is no string', () =>
    forge({ claims: claims({ [NAMESPACE]: aws({ principal_tags: { Team: ['platform'] } }) }) }),
  ),
  type('org_id an array', () => forge({ claims: claims({ [NAMESPACE]: aws({ org_id: ['o-fixture'] }) }) })),
  type('ou_path with a number', () => forge({ claims: claims({ [NAMESPACE]: aws({ ou_path: [1] }) }) })),
]

const pin = rowsOf('pins', { code: 'account', fetches: 2 })
const otherAccount = () =>
  claims({
    sub: 'arn:aws:iam::999999999999:user/org/issuer',
    [NAMESPACE]: aws({
      aws_account: '999999999999',
      principal_id: 'arn:aws:iam::999999999999:user/org/issuer',
    }),
  })
// An issuer that nobody has may be named by who has no key at all: what his claims say comes first, and nobody is asked.
const ofNoKey = { signature: () => new Uint8Array(256) }
const madeUp = { iss: 'https://made-up.tokens.sts.global.api.aws' }
const unnamed = (name: string, code: string, more: object) =>
  pin(
    `an issuer that was made up, ${name}`,
    () => forge({ ...ofNoKey, claims: claims({ ...more, ...madeUp }) }),
    {
      code,
      options: byAccount,
      fetches: 0,
    },
  )
const pinAttacks = [
  unnamed('for another audience', 'audience', { aud: 'https://other.example' }),
  unnamed('of another account', 'account', otherAccount()),
  unnamed('in a token that is over', 'expired', { exp: SECONDS }),
  unnamed('in a token without jti', 'claims', { jti: undefined }),
  pin('what the owner pinned, at our issuer, without its key', () => forge({ ...ofNoKey }), {
    code: 'signature',
    options: byAccount,
  }),
  pin(
    'another customer’s account, with a real issuer of theirs',
    () => forge({ claims: { ...otherAccount(), iss: FOREIGN_ISSUER } }),
    { options: byAccount, fetches: 0 },
  ),
  pin('another account at the pinned issuer', () => forge({ claims: otherAccount() }), {
    options: { ...byIssuer, account: ACCOUNT },
  }),
  pin('none of two accounts', () => forge({ claims: otherAccount() }), {
    options: { audience: AUDIENCE, account: [ACCOUNT, '111111111111'] },
    fetches: 0,
  }),
  ...['o-other', undefined, 'O-FIXTURE', ''].map((org_id) =>
    pin(
      `org_id ${org_id ?? 'missing'} where the organization is pinned`,
      () => forge({ claims: claims({ [NAMESPACE]: aws({ org_id }) }) }),
      {
        code: 'organization',
        options: { audience: AUDIENCE, organization: 'o-fixture' },
        fetches: 0,
      },
    ),
  ),
  pin(
    'a request tag that says the organization',
    () =>
      forge({
        claims: claims({ [NAMESPACE]: aws({ org_id: undefined, request_tags: { org_id: 'o-fixture' } }) }),
      }),
    {
      code: 'organization',
      options: { audience: AUDIENCE, organization: 'o-fixture' },
      fetches: 0,
    },
  ),
  ...[[], undefined, ['o-fixture/r-p5qq/ou-other/'], ['o-other/r-p5qq/']].map((ou_path) =>
    pin(
      `ou_path ${JSON.stringify(ou_path) ?? 'missing'} where a unit is pinned`,
      () => forge({ claims: claims({ [NAMESPACE]: aws({ ou_path }) }) }),
      {
        code: 'organizational_unit',
        options: { ...byIssuer, organizationalUnit: 'o-fixture/r-p5qq/ou-ours/' },
      },
    ),
  ),
  ...['us-west-2', undefined, 'US-EAST-1'].map((source_region) =>
    pin(
      `source_region ${source_region ?? 'missing'} where us-east-1 is pinned`,
      () => forge({ claims: claims({ [NAMESPACE]: aws({ source_region }) }) }),
      {
        code: 'region',
        options: { ...byIssuer, region: 'us-east-1' },
      },
    ),
  ),
  ...(
    [
      [`arn:aws:iam::${ACCOUNT}:user/org/issuer`, `arn:aws:iam::${ACCOUNT}:user/org/issue`],
      [`arn:aws:iam::${ACCOUNT}:user/org/issuer`, `arn:aws:iam::${ACCOUNT}:user/org/issuer2`],
      [`arn:aws:iam::${ACCOUNT}:user/org/issuer`, `arn:aws:iam::${ACCOUNT}:user/ORG/issuer`],
      [`arn:aws:iam::${ACCOUNT}:role/ci-*`, `arn:aws:iam::${ACCOUNT}:user/ci-1`],
      [`arn:aws:iam::${ACCOUNT}:role/ci-?`, `arn:aws:iam::${ACCOUNT}:role/ci-12`],
      [`arn:aws:iam::${ACCOUNT}:role/ci-?`, `arn:aws:iam::${ACCOUNT}:role/ci-`],
      [`arn:aws:iam::${ACCOUNT}:role/a.c`, `arn:aws:iam::${ACCOUNT}:role/abc`],
      [`arn:aws:iam::${ACCOUNT}:role/a+`, `arn:aws:iam::${ACCOUNT}:role/aa`],
    ] as const
  ).map(([pattern, sub]) =>
    pin(`sub ${sub} where ${pattern} is pinned`, () => forge({ claims: claims({ sub }) }), {
      code: 'subject',
      options: { ...byIssuer, subject: pattern },
    }),
  ),
  ...[{ Team: 'other' }, {}, undefined, { team: 'platform' }, { Team: 'platform ' }].map((principal_tags) =>
    pin(
      `principal_tags ${JSON.stringify(principal_tags) ?? 'missing'} where Team is pinned`,
      () => forge({ claims: claims({ [NAMESPACE]: aws({ principal_tags }) }) }),
      {
        code: 'principal_tags',
        options: { ...byIssuer, principalTags: { Team: 'platform' } },
      },
    ),
  ),
  pin(
    'a request tag in place of the principal’s',
    () =>
      forge({
        claims: claims({ [NAMESPACE]: aws({ principal_tags: {}, request_tags: { Team: 'platform' } }) }),
      }),
    {
      code: 'principal_tags',
      options: { ...byIssuer, principalTags: { Team: 'platform' } },
    },
  ),
  pin(
    'a tag that every object has, pinned',
    () => forge({ claims: claims({ [NAMESPACE]: aws({ principal_tags: {} }) }) }),
    {
      code: 'principal_tags',
      options: { ...byIssuer, principalTags: { toString: 'platform' } },
    },
  ),
]

const time = rowsOf('time', { code: 'expired', fetches: 2 })
const tolerant: VerifierOptions = { ...byIssuer, clockTolerance: 60_000 }
const timeAttacks = [
  time('in the second of its exp', () => forge({ claims: claims({ exp: SECONDS, iat: SECONDS - 300 }) })),
  time('a second after its exp', () => forge({ claims: claims({ exp: SECONDS - 1, iat: SECONDS - 300 }) })),
  time('a day after its exp', () =>
    forge({ claims: claims({ exp: SECONDS - 86_400, iat: SECONDS - 86_700 }) }),
  ),
  time('an exp of 1970', () => forge({ claims: claims({ exp: 1, iat: 0 }) })),
  time('exp zero, and iat too', () => forge({ claims: claims({ exp: 0, iat: 0 }) })),
  time('as tolerance ends', () => forge({ claims: claims({ exp: SECONDS - 60, iat: SECONDS - 300 }) }), {
    options: tolerant,
  }),
  time('nbf a second ahead', () => forge({ claims: claims({ nbf: SECONDS + 1 }) }), {
    code: 'not_yet_valid',
  }),
  time('nbf a second beyond tolerance', () => forge({ claims: claims({ nbf: SECONDS + 61 }) }), {
    code: 'not_yet_valid',
    options: tolerant,
  }),
  time('iat 61 s ahead', () => forge({ claims: claims({ iat: SECONDS + 61 }) }), {
    code: 'issued_in_future',
  }),
  time('iat 61 s ahead, whatever tolerance says', () => forge({ claims: claims({ iat: SECONDS + 61 }) }), {
    code: 'issued_in_future',
    options: { ...byIssuer, clockTolerance: 300_000 },
  }),
  time(
    'iat a year ahead',
    () => forge({ claims: claims({ iat: SECONDS + 31_536_000, exp: SECONDS + 31_536_300 }) }),
    { code: 'issued_in_future' },
  ),
  time('a lifetime of 3601 s', () => forge({ claims: claims({ exp: SECONDS + 3601 }) }), {
    code: 'lifetime',
  }),
  time('a lifetime of years', () => forge({ claims: claims({ exp: SECONDS + 1e9 }) }), { code: 'lifetime' }),
  time('an exp of 1e300', () => forge({ claims: claims({ exp: 1e300 }) }), { code: 'lifetime' }),
  time('an exp in milliseconds', () => forge({ claims: claims({ exp: NOW + 300_000 }) }), {
    code: 'lifetime',
  }),
  time('an iat of 1970', () => forge({ claims: claims({ iat: 0 }) }), { code: 'lifetime' }),
  time('an exp before its iat', () => forge({ claims: claims({ iat: SECONDS + 30, exp: SECONDS + 10 }) }), {
    code: 'lifetime',
  }),
  time('older than maxTokenAge by a second', () => forge({ claims: claims({ iat: SECONDS - 61 }) }), {
    code: 'too_old',
    options: { ...byIssuer, maxTokenAge: 60_000 },
  }),
  time(
    'not yet expired, but older than maxTokenAge',
    () => forge({ claims: claims({ iat: SECONDS - 3000 }) }),
    { code: 'too_old', options: { ...byIssuer, maxTokenAge: 60_000 } },
  ),
]

const keys = rowsOf('JWKS', { code: 'key_unusable', fetches: 2 })
const rsaKey = (more: object): Server => ({
  keys: ({ rsa }) => [{ ...rsa.jwk, kid: 'RSA_0', use: 'sig', ...more }],
})
const ecKey = (more: object): Server => ({
  keys: ({ p384 }) => [{ ...p384.jwk, kid: 'EC384_0', use: 'sig', ...more }],
})
const keyAttacks = [
  keys('an RSA key for encryption', () => forge(), { server: rsaKey({ use: 'enc' }) }),
  keys('an EC key for encryption', () => forgeEc(), { server: ecKey({ use: 'enc' }) }),
  keys('a key whose operations are others', () => forge(), { server: rsaKey({ key_ops: ['encrypt'] }) }),
  keys('a key that only signs', () => forge(), { server: rsaKey({ key_ops: ['sign'] }) }),
  keys('an RSA key with its private half', () => forge(), {
    server: { keys: ({ rsa }) => [{ ...rsa.secret, kid: 'RSA_0', use: 'sig' }] },
  }),
  keys('an EC key with its private half', () => forgeEc(), {
    server: { keys: ({ p384 }) => [{ ...p384.secret, kid: 'EC384_0', use: 'sig' }] },
  }),
  keys('two keys of one kid, the true one first', () => forge(), {
    server: {
      keys: ({ rsa, otherRsa }) => [rsa, otherRsa].map(({ jwk }) => ({ ...jwk, kid: 'RSA_0', use: 'sig' })),
    },
  }),
  keys('two keys of one kid, the true one last', () => forge(), {
    server: {
      keys: ({ rsa, otherRsa }) => [otherRsa, rsa].map(({ jwk }) => ({ ...jwk, kid: 'RSA_0', use: 'sig' })),
    },
  }),
  keys(
    'an RSA key with exponent 1, and the signature that anyone can write',
    () => forge({ signature: (_, __, input) => paddedHash(input) }),
    { server: rsaKey({ e: 'AQ' }) },
  ),
  keys('an RSA key with exponent 0', () => forge(), { server: rsaKey({ e: 'AA' }) }),
  keys('an RSA key with an even exponent', () => forge(), { server: rsaKey({ e: 'AQAA' }) }),
  keys('an RSA key with exponent 3', () => forge({ key: 'rsaE3' }), {
    server: { keys: ({ rsaE3 }) => [{ ...rsaE3.jwk, kid: 'RSA_0', use: 'sig' }] },
  }),
  keys('an RSA key with an exponent of 256 bytes', () => forge(), {
    server: { keys: ({ rsa }) => [{ ...rsa.jwk, e: rsa.jwk.n, kid: 'RSA_0', use: 'sig' }] },
  }),
  keys('an RSA key of 1024 bits', () => forge({ key: 'rsa1024' }), {
    server: { keys: ({ rsa1024 }) => [{ ...rsa1024.jwk, kid: 'RSA_0', use: 'sig' }] },
  }),
  keys('an RSA key of 1024 bits behind zeros', () => forge({ key: 'rsa1024' }), {
    server: {
      keys: ({ rsa1024 }) => [
        {
          ...rsa1024.jwk,
          n: encode(join(new Uint8Array(128), decodeBytes(rsa1024.jwk.n ?? ''))),
          kid: 'RSA_0',
          use: 'sig',
        },
      ],
    },
  }),
  keys('an RSA key without a modulus', () => forge(), { server: rsaKey({ n: undefined }) }),
  keys('an RSA key whose modulus is a number', () => forge(), { server: rsaKey({ n: 1 }) }),
  keys('an RSA key whose modulus is no base64url', () => forge(), { server: rsaKey({ n: '!!!' }) }),
  keys('an RSA key without an exponent', () => forge(), { server: rsaKey({ e: undefined }) }),
  ...['RS384', 'RS512', 'PS256', 'none', 'RSA-OAEP', 'ES384', 1].map((alg) =>
    keys(`an RSA key for ${alg}`, () => forge(), { server: rsaKey({ alg }) }),
  ),
  keys('a P-256 key for ES384', () => forgeEc({ key: 'p256', as: 'ES256' }), {
    server: { keys: ({ p256 }) => [{ ...p256.jwk, alg: 'ES384', kid: 'EC384_0', use: 'sig' }] },
  }),
  keys('a P-256 point that is called P-384', () => forgeEc({ key: 'p256', as: 'ES256' }), {
    server: { keys: ({ p256 }) => [{ ...p256.jwk, crv: 'P-384', kid: 'EC384_0', use: 'sig' }] },
  }),
  keys('a P-384 key for ES256', () => forgeEc(), { server: ecKey({ alg: 'ES256' }) }),
  keys('an EC point that is not on the curve', () => forgeEc(), {
    server: { keys: ({ p384 }) => [{ ...p384.jwk, y: p384.jwk.x, kid: 'EC384_0', use: 'sig' }] },
  }),
  keys('an EC point at zero', () => forgeEc(), {
    server: ecKey({ x: encode(new Uint8Array(48)), y: encode(new Uint8Array(48)) }),
  }),
  keys('an EC key without y', () => forgeEc(), { server: ecKey({ y: undefined }) }),
  keys('a symmetric key for RS256', () => forge(), {
    server: { keys: () => [{ kty: 'oct', k: 'AAAA', kid: 'RSA_0', use: 'sig' }] },
  }),
  keys('an Ed25519 key for ES384', () => forgeEc(), {
    server: { keys: () => [{ kty: 'OKP', crv: 'Ed25519', x: encode(new Uint8Array(32)), kid: 'EC384_0' }] },
  }),
  keys('a key without kty', () => forge(), { server: rsaKey({ kty: undefined }) }),
  keys('RS256 by the name of the EC key', () => forge({ header: rsHeader({ kid: 'EC384_0' }) })),
  keys('ES384 by the name of the RSA key', () => forgeEc({ header: esHeader({ kid: 'RSA_0' }) })),
  keys(
    'a JWKS given outright with a key of exponent 1',
    () => forge({ signature: (_, __, input) => paddedHash(input) }),
    { server: rsaKey({ e: 'AQ' }) },
  ),
]

const unavailable = rowsOf('documents', { code: 'keys_unavailable', fetches: 1 })
const hurried: VerifierOptions = { ...byIssuer, fetchTimeout: 30 }
const never = () => new Promise<never>(() => {})
const tenMegabytes = () => {
  let left = 160
  return new Response(
    new ReadableStream({
      pull(controller) {
        left -= 1
        if (left < 0) controller.close()
        else controller.enqueue(new TextEncoder().encode(' '.repeat(65_536)))
      },
    }),
    { headers: { 'content-type': 'application/json' } },
  )
}
const brokenOff = () =>
  new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"issuer":'))
        controller.error(new Error('the connection broke'))
      },
    }),
  )
const followed = () =>
  Object.defineProperty(
    Response.json({ issuer: ISSUER, jwks_uri: `${ISSUER}/.well-known/jwks.json`, keys: [] }),
    'redirected',
    { value: true },
  )
const neverEnding = () => new Response(new ReadableStream({ pull: never }))
const answers: readonly (readonly [string, () => Response | Promise<Response>, VerifierOptions?])[] = [
  ['404', () => new Response('Not Found', { status: 404 })],
  ['500', () => new Response('{}', { status: 500 })],
  ['204', () => new Response(null, { status: 204 })],
  [
    'an HTML page',
    () => new Response('<!doctype html><p>Log in', { headers: { 'content-type': 'text/html' } }),
  ],
  ['nothing', () => new Response('')],
  ['null', () => Response.json(null)],
  ['an array', () => Response.json([])],
  ['invalid UTF-8', () => new Response(Uint8Array.of(0x7b, 0xff, 0x7d))],
  [
    'a redirect to the attacker',
    () => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } }),
  ],
  [
    'a redirect to itself',
    () => new Response(null, { status: 308, headers: { location: `${ISSUER}/.well-known/jwks.json` } }),
  ],
  ['what a redirect led to, followed by a fetch of its own mind', followed],
  ['10 MB', tenMegabytes],
  ['10 MB by its Content-Length', () => new Response('{}', { headers: { 'content-length': '10485760' } })],
  ['a body that breaks off', brokenOff],
  ['a connection that fails', () => Promise.reject(new TypeError('fetch failed'))],
  ['a connection that hangs', never, hurried],
  ['a body that hangs', neverEnding, hurried],
]
const discoveryOf = (more: object): Server => ({
  discovery: () => Response.json({ issuer: ISSUER, jwks_uri: `${ISSUER}/.well-known/jwks.json`, ...more }),
})
const documentAttacks = [
  ...answers.flatMap(([name, answer, options = byIssuer]) => [
    unavailable(`discovery answers: ${name}`, () => forge(), { server: { discovery: answer }, options }),
    unavailable(`the JWKS answers: ${name}`, () => forge(), {
      server: { jwks: answer },
      options,
      fetches: 2,
    }),
  ]),
  ...[
    FOREIGN_ISSUER,
    `${ISSUER}/`,
    ISSUER.toUpperCase(),
    '',
    undefined,
    null,
    [ISSUER],
    'https://evil.example',
  ].map((value) =>
    unavailable(`discovery for the issuer ${JSON.stringify(value) ?? 'missing'}`, () => forge(), {
      server: discoveryOf({ issuer: value }),
    }),
  ),
  ...[
    'https://evil.example/jwks.json',
    `${FOREIGN_ISSUER}/.well-known/jwks.json`,
    `${ISSUER}.evil.example/jwks.json`,
    `${ISSUER}@evil.example/jwks.json`,
    `${ISSUER}:8443/.well-known/jwks.json`,
    `${ISSUER.replace('https', 'http')}/.well-known/jwks.json`,
    ISSUER.replace('https://', 'https://user:password@'),
    '//evil.example/jwks.json',
    'data:application/json,{"keys":[]}',
    'file:///etc/passwd',
    '',
    undefined,
    null,
    1,
    [`${ISSUER}/.well-known/jwks.json`],
  ].map((value) =>
    unavailable(`discovery with the jwks_uri ${JSON.stringify(value) ?? 'missing'}`, () => forge(), {
      server: discoveryOf({ jwks_uri: value }),
    }),
  ),
  ...[{}, { keys: {} }, { keys: null }, { keys: 'RSA_0' }].map((value) =>
    unavailable(`the JWKS ${JSON.stringify(value)}`, () => forge(), {
      server: { jwks: () => Response.json(value) },
      fetches: 2,
    }),
  ),
]

export const attacks: readonly Attack[] = [
  ...algorithmAttacks,
  ...headerAttacks,
  ...kidAttacks,
  ...signatureAttacks,
  ...formAttacks,
  ...jsonAttacks,
  ...issuerAttacks,
  ...audienceAttacks,
  ...typeAttacks,
  ...pinAttacks,
  ...timeAttacks,
  ...keyAttacks,
  ...documentAttacks,
]

const good = (
  name: string,
  token: () => Promise<string>,
  rest: Partial<Omit<GoodCase, 'name' | 'token'>> = {},
): GoodCase => ({
  name,
  token,
  options: byIssuer,
  now: NOW,
  server: {},
  ...rest,
})
const role = `arn:aws:iam::${ACCOUNT}:role/ci/ci-7`

export const goodCases: readonly GoodCase[] = [
  good('RS256 by an RSA key without alg', () => forge()),
  good('ES384', () => forgeEc()),
  good('RS256 by an RSA key with alg', () => forge(), { server: rsaKey({ alg: 'RS256' }) }),
  good('kid RSA_1', () => forge({ header: rsHeader({ kid: 'RSA_1' }) }), {
    server: rsaKey({ kid: 'RSA_1' }),
  }),
  good('a key that may verify and has no use', () => forge(), {
    server: rsaKey({ use: undefined, key_ops: ['verify'] }),
  }),
  good('keys of other kinds beside ours', () => forge(), {
    server: {
      keys: (all) => [
        { kty: 'OKP', crv: 'Ed25519', x: 'AAAA', kid: 'ED_0' },
        { kty: 'unknown' },
        ...publishedKeys(all),
      ],
    },
  }),
  good('no typ', () => forge({ header: rsHeader({ typ: undefined }) })),
  good('other orders of the header', () => forge({ header: { alg: 'RS256', typ: 'JWT', kid: 'RSA_0' } })),
  good('JSON with white space within', () => forge({ claims: JSON.stringify(claims(), null, 2) })),
  good('several audiences, ours among them', () =>
    forge({ claims: claims({ aud: ['https://other.example', AUDIENCE] }) }),
  ),
  good('one of several audiences that are served', () => forge(), {
    options: { ...byIssuer, audience: ['https://other.example', AUDIENCE] },
  }),
  good('one of several issuers', () => forge(), {
    options: { audience: AUDIENCE, issuer: [FOREIGN_ISSUER, ISSUER] },
  }),
  good('an account pinned', () => forge(), { options: byAccount }),
  good('an organization pinned', () => forge(), {
    options: { audience: AUDIENCE, organization: 'o-fixture' },
  }),
  good('a unit pinned', () => forge(), { options: { ...byIssuer, organizationalUnit: 'o-fixture/r-p5qq/' } }),
  good(
    'a unit pinned, its path sent as a string',
    () => forge({ claims: claims({ [NAMESPACE]: aws({ ou_path: 'o-fixture/r-p5qq/' }) }) }),
    {
      options: { ...byIssuer, organizationalUnit: 'o-fixture/r-p5qq/' },
    },
  ),
  good('a region pinned', () => forge(), { options: { ...byIssuer, region: 'us-east-1' } }),
  good('a principal tag pinned', () => forge(), {
    options: { ...byIssuer, principalTags: { Team: 'platform' } },
  }),
  good('a subject pinned', () => forge(), {
    options: { ...byIssuer, subject: `arn:aws:iam::${ACCOUNT}:user/org/issuer` },
  }),
  good('a subject pinned by a pattern', () => forge({ claims: claims({ sub: role }) }), {
    options: { ...byIssuer, subject: `arn:aws:iam::${ACCOUNT}:role/*-?` },
  }),
  good('the root user', () => forge({ claims: claims({ sub: `arn:aws:iam::${ACCOUNT}:root` }) })),
  good('another partition', () =>
    forge({ claims: claims({ sub: `arn:aws-us-gov:iam::${ACCOUNT}:role/x` }) }),
  ),
  good('members that nobody knows yet', () =>
    forge({ claims: claims({ new: { deep: [1, null] }, [NAMESPACE]: aws({ new_member: { a: 1 } }) }) }),
  ),
  good('__proto__ as a tag', () =>
    forge({ claims: goodClaims().replace('"request_tags":{', '"request_tags":{"__proto__":"x",') }),
  ),
  good('text beyond ASCII', () =>
    forge({ claims: claims({ [NAMESPACE]: aws({ principal_tags: { Team: 'Ærøskøbing 𝄞' } }) }) }),
  ),
  good('a large token', () =>
    forge({
      claims: claims({
        [NAMESPACE]: aws({
          request_tags: Object.fromEntries(
            Array.from({ length: 50 }, (_, index) => [`tag${index}`, 'x'.repeat(250)]),
          ),
        }),
      }),
    }),
  ),
  good('a second before its exp', () => forge({ claims: claims({ exp: SECONDS + 1 }) })),
  good('a millisecond before its exp', () => forge({ claims: claims({ exp: SECONDS + 1 }) }), {
    now: NOW + 999,
  }),
  good(
    'in the last moment of tolerance',
    () => forge({ claims: claims({ exp: SECONDS - 59, iat: SECONDS - 300 }) }),
    { options: tolerant },
  ),
  good('nbf this very second', () => forge({ claims: claims({ nbf: SECONDS }) })),
  good('nbf within tolerance', () => forge({ claims: claims({ nbf: SECONDS + 60 }) }), { options: tolerant }),
  good('iat 60 s ahead', () => forge({ claims: claims({ iat: SECONDS + 60 }) })),
  good('a lifetime of 3600 s', () => forge({ claims: claims({ exp: SECONDS + 3600 }) })),
  good('as old as maxTokenAge allows', () => forge({ claims: claims({ iat: SECONDS - 60 }) }), {
    options: { ...byIssuer, maxTokenAge: 60_000 },
  }),
]

/** What answers a verifier's requests, and counts them. */
export interface Network {
  readonly fetch: typeof fetch
  /** The addresses asked for, in order. */
  readonly requests: string[]
  readonly inits: RequestInit[]
}

/** The issuer that a token names answers; every other address is told to the test as a request. */
export function makeNetwork(
  { keys, discovery, jwks }: Server = {},
  issuers: readonly string[] = [ISSUER, FOREIGN_ISSUER],
): Network {
  const requests: string[] = []
  const inits: RequestInit[] = []
  return {
    requests,
    inits,
    async fetch(input, init = {}) {
      const url = input instanceof Request ? input.url : String(input)
      requests.push(url)
      inits.push(init)
      const issuer = issuers.find((each) => url.startsWith(`${each}/`))
      if (issuer !== undefined && url === `${issuer}/.well-known/openid-configuration`) {
        return discovery?.() ?? Response.json({ issuer, jwks_uri: `${issuer}/.well-known/jwks.json` })
      }
      if (issuer !== undefined && url === `${issuer}/.well-known/jwks.json`) {
        return jwks?.() ?? Response.json({ keys: (keys ?? publishedKeys)(await keyRing()) })
      }
      return new Response('Not Found', { status: 404 })
    },
  }
}
