import { describe, expect, test } from 'vitest'
import { InputError } from '../../src/index.ts'
import { INPUT, makeClient, rejectionOf, TOKEN, tokenReply } from '../support/client.ts'
import { scriptedFetch, xmlReply } from '../support/scripted-fetch.ts'

async function mint(input: unknown, options: { validateInput?: boolean } = {}) {
  const fetch = scriptedFetch(xmlReply(tokenReply()))
  const client = makeClient({ fetch, ...options })
  // The input is what JavaScript lets a caller write, whatever the types say.
  const minting = client.getWebIdentityToken(input as Parameters<typeof client.getWebIdentityToken>[0])
  return { fetch, minting }
}

async function bodyOf(input: unknown, options?: { validateInput?: boolean }): Promise<string | undefined> {
  const { fetch, minting } = await mint(input, options)
  expect(await minting).toHaveProperty('webIdentityToken', TOKEN)
  return fetch.requests[0]?.body
}

async function refusalOf(input: unknown, options?: { validateInput?: boolean }): Promise<string> {
  const { fetch, minting } = await mint(input, options)
  const error = await rejectionOf(minting)
  expect(fetch.requests).toEqual([])
  expect(error).toBeInstanceOf(InputError)
  expect(error).toMatchObject({ name: 'InputError', code: 'invalid_input' })
  const { path, rule, message } = error as InputError
  expect(message).toBe(`${path} ${rule}`)
  return message
}

const tag = (key: string, value = 'v') => ({ key, value })
const tags = (count: number) => Array.from({ length: count }, (_, index) => tag(`key ${index}`))
const audiences = (count: number) => Array.from({ length: count }, (_, index) => `https://${index}.example`)

describe('an input at its limits is sent', () => {
  const prefix = 'Action=GetWebIdentityToken&Version=2011-06-15&'

  test('as AWS wants it, Action and Version first', async () => {
    const input = {
      tags: [tag('Team', 'a b'), tag('aws:test', '')],
      durationSeconds: 60,
      signingAlgorithm: 'RS256',
      audience: ['https://a.example', 'b', 'b'],
    }
    expect(await bodyOf(input)).toBe(
      `${prefix}Audience.member.1=https%3A%2F%2Fa.example&Audience.member.2=b&Audience.member.3=b&SigningAlgorithm=RS256&DurationSeconds=60&Tags.member.1.Key=Team&Tags.member.1.Value=a%20b&Tags.member.2.Key=aws%3Atest&Tags.member.2.Value=`,
    )
  })

  test('without what is optional', async () => {
    expect(await bodyOf({ audience: [' '], signingAlgorithm: 'ES384' })).toBe(
      `${prefix}Audience.member.1=%20&SigningAlgorithm=ES384`,
    )
    expect(await bodyOf({ ...INPUT, durationSeconds: undefined, tags: undefined })).not.toContain('undefined')
  })

  test('with tags that are given and empty as `Tags=`', async () => {
    expect(await bodyOf({ ...INPUT, tags: [] })).toMatch(/&SigningAlgorithm=ES384&Tags=$/)
  })

  test.each([
    ['ten audiences', { audience: audiences(10) }],
    ['an audience of 1000 characters', { audience: ['x'.repeat(1000)] }],
    ['an audience of 1000 astral characters', { audience: ['\u{1f600}'.repeat(1000)] }],
    ['3600 seconds', { durationSeconds: 3600 }],
    ['fifty tags', { tags: tags(50) }],
    ['a tag of 128 and 256 characters', { tags: [tag('k'.repeat(128), 'v'.repeat(256))] }],
    ['every kind of character in a tag', { tags: [tag('\u00e9\u{20000}\u0661 \u2028_.:/=+-@', '\u3000')] }],
  ])('%s', async (_, members) => {
    expect(await bodyOf({ ...INPUT, ...members })).toContain(prefix)
  })
})

describe('an input that breaks a rule is refused before anything is sent', () => {
  test.each([
    [{ audience: [] }, 'audience must hold 1 to 10 audiences'],
    [{ audience: audiences(11) }, 'audience must hold 1 to 10 audiences'],
    [{ audience: ['a', 'b', 'c', ''] }, 'audience[3] must have 1 to 1000 characters'],
    [{ audience: ['x'.repeat(1001)] }, 'audience[0] must have 1 to 1000 characters'],
    [{ audience: ['\u{1f600}'.repeat(1001)] }, 'audience[0] must have 1 to 1000 characters'],
    [{ audience: ['a\ud800'] }, 'audience[0] must be well-formed Unicode: it holds half a surrogate pair'],
    [{ audience: 'https://api.example.com' }, 'audience must be an array of strings'],
    [{ audience: [1] }, 'audience[0] must be a string'],
    [{ audience: [null] }, 'audience[0] must be a string'],
    [{ audience: undefined }, 'audience must be an array of strings'],
    [{ signingAlgorithm: 'rs256' }, 'signingAlgorithm must be "RS256" or "ES384"'],
    [{ signingAlgorithm: 'ES256' }, 'signingAlgorithm must be "RS256" or "ES384"'],
    [{ signingAlgorithm: undefined }, 'signingAlgorithm must be "RS256" or "ES384"'],
    [{ durationSeconds: 59 }, 'durationSeconds must be a whole number of seconds from 60 to 3600'],
    [{ durationSeconds: 3601 }, 'durationSeconds must be a whole number of seconds from 60 to 3600'],
    [{ durationSeconds: 60.5 }, 'durationSeconds must be a whole number of seconds from 60 to 3600'],
    [{ durationSeconds: '300' }, 'durationSeconds must be a number'],
    [{ durationSeconds: Number.NaN }, 'durationSeconds must be a number'],
    [{ durationSeconds: null }, 'durationSeconds must be a number'],
    [{ tags: tags(51) }, 'tags must hold at most 50 tags'],
    [{ tags: {} }, 'tags must be an array of { key, value }'],
    [{ tags: ['a'] }, 'tags[0] must be an object'],
    [{ tags: [{ Key: 'a', Value: 'b' }] }, 'tags[0].key is missing'],
    [{ tags: [{ key: 'a' }] }, 'tags[0].value is missing'],
    [{ tags: [{ ...tag('a'), transitive: true }] }, 'tags[0].transitive is not known here'],
    [{ tags: [tag('')] }, 'tags[0].key must have 1 to 128 characters'],
    [{ tags: [tag('k'.repeat(129))] }, 'tags[0].key must have 1 to 128 characters'],
    [{ tags: [tag('k', 'v'.repeat(257))] }, 'tags[0].value must have 0 to 256 characters'],
    [{ tags: [tag('<k>')] }, 'tags[0].key must hold letters, digits, spaces and _.:/=+-@ only'],
    [{ tags: [tag('k', 'a\nb')] }, 'tags[0].value must hold letters, digits, spaces and _.:/=+-@ only'],
    [{ tags: [tag('k', '\u{1f600}')] }, 'tags[0].value must hold letters, digits, spaces and _.:/=+-@ only'],
    [
      { tags: [tag('k', '\ud840')] },
      'tags[0].value must be well-formed Unicode: it holds half a surrogate pair',
    ],
    [
      { tags: [tag('a'), tag('Team'), tag('b'), tag('tEAM')] },
      'tags[3].key must not repeat tags[1].key: keys are compared without regard to case',
    ],
    [{ tags: [tag('a'), { key: 1, value: 'v' }, tag('A')] }, 'tags[1].key must be a string'],
    [{ duration: 300 }, 'duration is not known here'],
    [{ Audience: ['a'] }, 'Audience is not known here'],
  ])('%j', async (members, message) => {
    expect(await refusalOf({ ...INPUT, ...members })).toBe(message)
  })

  test.each([undefined, null, 'input', 1, []])('%j instead of an object', async (input) => {
    expect(await refusalOf(input)).toMatch(/^(input must be an object|audience is missing)$/)
  })

  test('an empty object, by the first member that is missing', async () => {
    expect(await refusalOf({})).toBe('audience is missing')
  })
})

describe('without validation AWS is the judge', () => {
  const lax = { validateInput: false }

  test('of whatever has the right types', async () => {
    const input = {
      audience: [],
      signingAlgorithm: 'PS512',
      durationSeconds: 43200,
      tags: [tag('', '<'), tag('', '<')],
    }
    expect(await bodyOf(input, lax)).toBe(
      'Action=GetWebIdentityToken&Version=2011-06-15&Audience=&SigningAlgorithm=PS512&DurationSeconds=43200&Tags.member.1.Key=&Tags.member.1.Value=%3C&Tags.member.2.Key=&Tags.member.2.Value=%3C',
    )
  })

  test.each([
    [{ audience: 'a' }, 'audience must be an array of strings'],
    [{ signingAlgorithm: 256 }, 'signingAlgorithm must be a string'],
    [{ audience: ['a\ud800'] }, 'audience[0] must be well-formed Unicode: it holds half a surrogate pair'],
    [{ durationSeconds: '300' }, 'durationSeconds must be a number'],
    [{ durationSeconds: Number.POSITIVE_INFINITY }, 'durationSeconds must be a whole number'],
    [{ durationSeconds: 1e21 }, 'durationSeconds must be a whole number'],
    [{ tags: [{ key: 'a', value: 1 }] }, 'tags[0].value must be a string'],
    [{ duration: 300 }, 'duration is not known here'],
  ])('but not of %j', async (members, message) => {
    expect(await refusalOf({ ...INPUT, ...members }, lax)).toBe(message)
  })
})

test('an input that changes while it is read is sent as it was checked', async () => {
  let reads = 0
  const input = {
    ...INPUT,
    get audience() {
      reads += 1
      return reads === 1 ? ['checked'] : ['x'.repeat(2000)]
    },
  }
  expect(await bodyOf(input)).toContain('Audience.member.1=checked&')
})
