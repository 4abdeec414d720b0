// What nobody thought of: good tokens changed at random, and tokens made at random and truly signed. Each is refused
// with a VerificationError and nothing else, in bounded time. The seed is fixed, so that a failure comes again.

import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { createVerifier, decode, VerificationError } from '../../src/verify/index.ts'
import {
  AUDIENCE,
  claims,
  encode,
  esHeader,
  forge,
  forgeEc,
  ISSUER,
  keyRing,
  makeNetwork,
  NAMESPACE,
  NOW,
  publishedKeys,
  rsHeader,
  SECONDS,
} from './attack-table.ts'

const SEED = 20_260_911
// A verification takes about a millisecond; what a mutation may cost is bounded far above the noise of a machine.
const LONGEST_MS = 500
const settings = { seed: SEED, numRuns: 400 }

let rs = ''
let es = ''
let verifier: ReturnType<typeof createVerifier>
const network = makeNetwork()

beforeAll(async () => {
  const jwks = { keys: [...publishedKeys(await keyRing())] }
  verifier = createVerifier({
    audience: AUDIENCE,
    issuer: ISSUER,
    jwks,
    fetch: network.fetch,
    now: () => NOW,
  })
  rs = await forge()
  es = await forgeEc()
  // The good ones are remembered: a change must not profit from that.
  await verifier.verify(rs)
  await verifier.verify(es)
}, 60_000)

async function expectRefused(token: unknown): Promise<void> {
  const started = performance.now()
  let error: unknown = 'it was accepted'
  try {
    // What is no text reaches the verifier from JavaScript.
    await verifier.verify(token as string)
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(VerificationError)
  expect(performance.now() - started).toBeLessThan(LONGEST_MS)
  expect(network.requests).toEqual([])
}

/** It yields what it promises or throws a VerificationError: it has no third way. */
function look(token: unknown): void {
  try {
    // As above.
    expect(decode(token as string).trusted).toBe(false)
  } catch (error) {
    expect(error).toBeInstanceOf(VerificationError)
  }
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const position = fc.nat({ max: 100_000 })
const letter = fc.constantFrom(...BASE64URL, '.', '=', '+', '/', ' ', '\n', '\u0000', 'é', '\ud800')

/** Ways to change a text, each at a place and with a letter. */
const mutation = fc.oneof(
  fc.record({
    kind: fc.constantFrom('replace', 'insert', 'delete', 'cut', 'double', 'swap'),
    at: position,
    letter,
  }),
)
type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never

function mutate(token: string, { kind, at, letter }: Mutation): string {
  const index = at % token.length
  const before = token.slice(0, index)
  const after = token.slice(index + 1)
  const here = token.charAt(index)
  switch (kind) {
    case 'replace':
      return before + letter + after
    case 'insert':
      return before + letter + here + after
    case 'delete':
      return before + after
    case 'cut':
      return before
    case 'double':
      return token + token.slice(index)
    default:
      return before + token.charAt(index + 1) + here + token.slice(index + 2)
  }
}

test('any change of a good token is refused', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      async (isRs, mutations) => {
        const good = isRs ? rs : es
        const token = mutations.reduce((text, each) => (text === '' ? text : mutate(text, each)), good)
        fc.pre(token !== good)
        look(token)
        await expectRefused(token)
      },
    ),
    { ...settings, numRuns: 1500 },
  )
}, 60_000)

test('a bit turned anywhere in the signature is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), position, fc.nat({ max: 7 }), async (isRs, at, bit) => {
      const [header = '', payload = '', signature = ''] = (isRs ? rs : es).split('.')
      const bytes = Uint8Array.from(atob(signature.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
        character.charCodeAt(0),
      )
      const index = at % bytes.length
      const bent = bytes.with(index, (bytes[index] ?? 0) ^ (1 << bit))
      await expectRefused(`${header}.${payload}.${encode(bent)}`)
    }),
    settings,
  )
}, 60_000)

test('any text at all is refused', async () => {
  const part = fc.oneof(fc.string(), fc.base64String(), fc.json().map(encode), fc.string({ unit: 'binary' }))
  const token = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 500 }),
    fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.')),
    fc.anything(),
  )
  await fc.assert(
    fc.asyncProperty(token, async (text) => {
      look(text)
      await expectRefused(text)
    }),
    { ...settings, numRuns: 1500 },
  )
}, 60_000)

// What is valid JSON text and no sensible header: a member is replaced, or the whole is.
const strange = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(null, '', '__proto__', {}, [], -0, 2 ** 53, '\ud800'),
)

test('any header, truly signed, is refused unless it says what ours does', async () => {
  const header = fc.oneof(
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc
      .record({
        name: fc.constantFrom('alg', 'kid', 'typ', 'crit', 'jwk', 'jku', 'x5u', 'b64'),
        value: strange,
      })
      .map(({ name, value }) => JSON.stringify(rsHeader({ [name]: value }))),
  )
  await fc.assert(
    fc.asyncProperty(header, async (text) => {
      fc.pre(text !== JSON.stringify(rsHeader()))
      const token = await forge({ header: text })
      look(token)
      await expectRefused(token)
    }),
    settings,
  )
}, 60_000)

test('any claims, truly signed, are refused where a claim that must be there is not what it should be', async () => {
  const payload = fc.oneof(
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc
      .record({ name: fc.constantFrom('iss', 'sub', 'aud', 'exp', 'iat', 'jti', NAMESPACE), value: strange })
      // Any text is a `jti`, and any recent number a time.
      .filter(({ name, value }) => !(name === 'jti' && typeof value === 'string' && value !== ''))
      .filter(({ name, value }) => {
        return !(
          ['exp', 'iat'].includes(name) &&
          typeof value === 'number' &&
          Math.abs(value - SECONDS) < 4000
        )
      })
      .map(({ name, value }) => JSON.stringify(claims({ [name]: value }))),
  )
  await fc.assert(
    fc.asyncProperty(payload, fc.boolean(), async (text, isRs) => {
      const token = isRs ? await forge({ claims: text }) : await forgeEc({ header: esHeader(), claims: text })
      look(token)
      await expectRefused(token)
    }),
    settings,
  )
}, 60_000)

test('JSON made to be slow is refused in bounded time', async () => {
  const deep = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth)
  for (const text of [
    deep('[', ']', 12_000),
    `${deep('{"a":', '}', 3500).replace('}', '1}')}`,
    `{"a":"${'\\u0041'.repeat(4000)}"}`,
    `{"a":"${'\\'.repeat(24_000)}"}`,
    `{${'"a":1,'.repeat(4000)}"a":1}`,
    `{${Array.from({ length: 2500 }, (_, index) => `"${index}":1`).join()}}`,
    `{"a":${'1'.repeat(24_000)}}`,
    '"'.repeat(24_000),
    '\\"'.repeat(12_000),
  ]) {
    await expectRefused(await forge({ claims: text }))
    await expectRefused(await forge({ header: text }))
  }
  await expectRefused('.'.repeat(32_768))
  await expectRefused(`${'A'.repeat(10_922)}.${'A'.repeat(10_922)}.${'A'.repeat(10_922)}`)
}, 60_000)
