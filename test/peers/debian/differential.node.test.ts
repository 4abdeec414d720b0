// Three clients, one judge: whatever input our client, the AWS SDK and botocore send, none of them checking it before,
// the emulator understands the same of all three. And what our client's own check refuses is what the emulator refuses.

import { GetWebIdentityTokenCommand, STSClient, STSServiceException } from '@aws-sdk/client-sts'
import fc from 'fast-check'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmulator } from '../../../src/emulator/index.ts'
import { serve } from '../../../src/emulator/node.ts'
import { isInputError, isServiceError, StsClient } from '../../../src/index.ts'
import { redact } from '../../../src/query/redact.ts'
import { environmentOf } from './environment.ts'
import { type Python, startPython } from './python.ts'

// It stands still, so that the same request gets the same times.
const now = Date.now()
const emulator = createEmulator({ now: () => now })
const { credentials } = emulator
const region = 'eu-west-1'
let server: Awaited<ReturnType<typeof serve>>
let lax: StsClient
let strict: StsClient
let sdk: STSClient
let python: Python

beforeAll(async () => {
  server = await serve(emulator)
  const options = { region, endpoint: server.url, credentials, maxAttempts: 1 }
  lax = new StsClient({ ...options, validateInput: false })
  strict = new StsClient(options)
  sdk = new STSClient(options)
  python = startPython('boto.py', environmentOf({ credentials, region }))
})
afterAll(async () => {
  sdk.destroy()
  await python.end()
  await server.close()
})

/** An input whose types are right, and maybe nothing else. */
interface Input {
  readonly audience: readonly string[]
  readonly signingAlgorithm: string
  readonly durationSeconds?: number
  readonly tags?: readonly { readonly key: string; readonly value: string }[]
}

/** What the emulator made of an input, as a client tells it. */
type Verdict = Refusal | Minted

interface Refusal {
  readonly statusCode: number | undefined
  readonly code: string
  readonly message: string
}

interface Minted {
  readonly claims: object
  readonly expiration: string
}

/** All but the one claim that differs each time. */
function minted(token: string, expiration: Date): Minted {
  return { claims: { ...decodeJwt(token), jti: undefined }, expiration: expiration.toISOString() }
}

async function byOurs(input: Input): Promise<Verdict> {
  try {
    // The client's types are as narrow as AWS's rules; here they are to be broken.
    const { webIdentityToken, expiration } = await lax.getWebIdentityToken(input as never)
    return minted(webIdentityToken, expiration)
  } catch (error) {
    if (!isServiceError(error)) throw error
    const { statusCode, code, remedy } = error
    const message = remedy === undefined ? error.message : error.message.slice(0, -remedy.length - 1)
    return { statusCode, code, message }
  }
}

const toAws = ({ audience, signingAlgorithm, durationSeconds, tags }: Input) => ({
  Audience: audience && [...audience],
  SigningAlgorithm: signingAlgorithm,
  ...(durationSeconds !== undefined && { DurationSeconds: durationSeconds }),
  ...(tags !== undefined && { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) }),
})

async function bySdk(input: Input): Promise<Verdict> {
  try {
    const { WebIdentityToken = '', Expiration = new Date(0) } = await sdk.send(
      new GetWebIdentityTokenCommand(toAws(input)),
    )
    return minted(WebIdentityToken, Expiration)
  } catch (error) {
    if (!(error instanceof STSServiceException)) throw error
    return { statusCode: error.$metadata.httpStatusCode, code: error.name, message: error.message }
  }
}

/** A refusal as our client shows it: without what would forge or hide a line of a log, and cut. */
const shown = (verdict: Verdict): Verdict =>
  'code' in verdict ? { ...verdict, message: redact(verdict.message, []) } : verdict

/** What boto.py answers. */
interface BotoAnswer {
  readonly output?: { readonly WebIdentityToken: string; readonly Expiration: string }
  readonly error?: Refusal
}

async function byBotocore(input: Input): Promise<Verdict> {
  const answer = (await python.ask({
    client: { service_name: 'sts', endpoint_url: server.url },
    config: { parameter_validation: false, retries: { total_max_attempts: 1 } },
    call: 'get_web_identity_token',
    input: toAws(input),
  })) as BotoAnswer
  if (answer.output !== undefined) {
    return minted(answer.output.WebIdentityToken, new Date(answer.output.Expiration))
  }
  if (answer.error === undefined) throw new Error(JSON.stringify(answer))
  const { statusCode, code, message } = answer.error
  return { statusCode, code, message }
}

const tagCharacters = [
  ...'aZ09 _.:/=+-@',
  ...'\u00e9\u01c5\u00df\u0130\u0131\u212a\u03c2\u3042\u4e00\u{20000}\u{1d400}', // letters
  ...'\u0661\u00bd\u2164\u{1f101}', // numbers
  ...'\u00a0\u3000\u2028\u2029', // separators
]
const otherCharacters = [
  ...'&<>"\'%;?#!*()[]{}\\|~^`,$',
  ...'\u0301\u20dd\ufe0f\u200d\u200b\u202e\ufeff\ufffd\ufffe\u{1f600}\u{10ffff}\ue000',
  ...'\0\u0001\t\n\r\u001b\u007f\u0085',
]

/** Texts of those lengths, in characters, of which the first ones are legal. */
function text(legal: readonly number[], illegal: readonly number[], characters: readonly string[]) {
  const length = fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...legal) },
    { weight: 1, arbitrary: fc.constantFrom(...illegal) },
  )
  return length.chain((count) =>
    fc
      .array(fc.constantFrom(...characters), {
        minLength: Math.min(count, 12),
        maxLength: Math.min(count, 12),
      })
      .map((unit) => Array.from({ length: count }, (_, index) => unit[index % unit.length]).join('')),
  )
}

const audience = text([1, 2, 20, 999, 1000], [0, 1001, 1500], [...tagCharacters, ...otherCharacters])
const tagText = (legal: readonly number[], illegal: readonly number[]) =>
  fc.oneof(
    { weight: 40, arbitrary: text(legal, illegal, tagCharacters) },
    { weight: 1, arbitrary: text(legal, illegal, otherCharacters) },
  )
const tag = fc.record({
  key: tagText([1, 2, 5, 127, 128], [0, 129, 200]),
  value: tagText([0, 1, 5, 255, 256], [257, 300]),
})

/** Lists of so many; the first lengths are legal. */
function list<Item>(item: fc.Arbitrary<Item>, legal: readonly number[], illegal: readonly number[]) {
  const length = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...legal) },
    { weight: 1, arbitrary: fc.constantFrom(...illegal) },
  )
  return length.chain((count) => fc.array(item, { minLength: count, maxLength: count }))
}

const inputs: fc.Arbitrary<Input> = fc.record(
  {
    audience: list(audience, [1, 1, 1, 2, 9, 10], [0, 11]),
    signingAlgorithm: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom('RS256', 'ES384', 'ES384') },
      {
        weight: 1,
        arbitrary: fc.constantFrom('', 'none', 'rs256', 'ES256', 'RS256 ', '\u{1f511}\u{1f511}\u{1f511}'),
      },
    ),
    durationSeconds: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(60, 61, 300, 3599, 3600) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          59,
          3601,
          0,
          -1,
          -(2 ** 31),
          -(2 ** 31) - 1,
          2 ** 31 - 1,
          2 ** 31,
          2 ** 53 - 1,
        ),
      },
    ),
    tags: fc.oneof(
      { weight: 10, arbitrary: list(tag, [0, 1, 1, 2, 5], [49, 50, 51]) },
      // Keys that may be one and the same once their case is gone.
      {
        weight: 2,
        arbitrary: fc.array(
          fc.record({
            key: fc.constantFrom(
              'team',
              'Team',
              'teaM',
              'k',
              '\u212a',
              'stra\u00dfe',
              'STRASSE',
              'i',
              '\u0130',
            ),
            value: fc.constant('x'),
          }),
          { maxLength: 3 },
        ),
      },
    ),
  },
  { requiredKeys: ['audience', 'signingAlgorithm'] },
)

/** Whether our client's own check takes it. */
async function isTaken(input: Input): Promise<boolean> {
  try {
    await strict.getWebIdentityToken(input as never)
    return true
  } catch (error) {
    if (isServiceError(error)) return true
    if (!isInputError(error)) throw error
    return false
  }
}

const refusesTheInput = (verdict: Verdict) =>
  'code' in verdict && ['ValidationError', 'MalformedInput', 'InvalidParameterValue'].includes(verdict.code)

test('the emulator understands the same of our client, the AWS SDK and botocore, for 500 inputs', async () => {
  const verdicts: string[] = []
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => {
      const [ours, theirs, pythons] = await Promise.all([byOurs(input), bySdk(input), byBotocore(input)])
      verdicts.push('code' in theirs ? theirs.code : 'minted')
      expect(pythons).toEqual(theirs)
      expect(ours).toEqual(shown(theirs))
      // Without an exception: a payload that is too long is no rule of the input, for it hangs on the account.
      expect(await isTaken(input)).toBe(!refusesTheInput(theirs))
    }),
    { seed: 20261124, numRuns: 500 },
  )
  // The inputs are of all kinds, so that the above says something.
  expect(verdicts.filter((verdict) => verdict === 'minted').length).toBeGreaterThan(150)
  expect([...new Set(verdicts)].toSorted()).toEqual([
    'InvalidParameterValue',
    'JWTPayloadSizeExceededException',
    'MalformedInput',
    'ValidationError',
    'minted',
  ])
}, 60_000)

// The rest of what the types let a JavaScript program write. Our client checks types always: AWS can't judge what can't
// be written in its protocol, and where it can, the emulator refuses it as our client does.
describe('what our client never sends', () => {
  const legal = { audience: ['a'], signingAlgorithm: 'ES384' }
  const halfPair = '\ud83d'

  test.each<[name: string, input: Input]>([
    ['an audience', { ...legal, audience: [halfPair] }],
    ['the key of a tag', { ...legal, tags: [{ key: halfPair, value: '' }] }],
    ['the value of a tag', { ...legal, tags: [{ key: 'a', value: halfPair }] }],
  ])('half a surrogate pair in %s, which is no UTF-8, no other client sends either', async (_, input) => {
    await expect(byOurs(input)).rejects.toThrow('it holds half a surrogate pair')
    await expect(bySdk(input)).rejects.toThrow(URIError)
    await expect(byBotocore(input)).rejects.toThrow('UnicodeEncodeError')
  })

  test.each([60.5, 1e21, Number.NaN, Number.POSITIVE_INFINITY])(
    'a duration of %d, the others send, and the emulator refuses it',
    async (durationSeconds) => {
      const input = { ...legal, durationSeconds }
      await expect(byOurs(input)).rejects.toThrow(/^durationSeconds must be/)
      expect(await bySdk(input)).toMatchObject({ statusCode: 400, code: 'MalformedInput' })
    },
  )

  test.each<[name: string, input: object, message: string]>([
    ['no audience', { signingAlgorithm: 'ES384' }, "Value null at 'audience'"],
    ['no algorithm', { audience: ['a'] }, "Value null at 'signingAlgorithm'"],
    ['a tag without a key', { ...legal, tags: [{ value: 'a' }] }, "Value null at 'tags.1.member.key'"],
    ['a tag without a value', { ...legal, tags: [{ key: 'a' }] }, "Value null at 'tags.1.member.value'"],
  ])('%s, the others send, and the emulator refuses it', async (_, partial, message) => {
    // What it lacks is the point.
    const input = partial as Input
    await expect(byOurs(input)).rejects.toThrow(/ is missing$/)
    for (const theirs of [await bySdk(input), await byBotocore(input)]) {
      expect(theirs).toMatchObject({
        statusCode: 400,
        code: 'ValidationError',
        message: expect.stringContaining(message),
      })
    }
  })
})
