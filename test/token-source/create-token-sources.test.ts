// Sources for many audiences: which may be asked for, which are the same, and how many are kept.

import { describe, expect, test } from 'vitest'
import { createTokenSources, InputError, type TokenSourcesOptions } from '../../src/index.ts'
import { fakeSts } from './support.ts'

const AUDIENCES = ['https://a.example.com', 'https://b.example.com', 'https://c.example.com']
const [A = '', B = '', C = ''] = AUDIENCES

function setUp(options: Partial<TokenSourcesOptions> = {}) {
  const sts = fakeSts()
  // The compiler cannot see that a store and its keys come together here, too.
  const all = { sts, audiences: AUDIENCES, signingAlgorithm: 'ES384', ...options } as TokenSourcesOptions
  return { sts, sources: createTokenSources(all) }
}

describe('the same request', () => {
  test('gives the same source, and its token is minted once', async () => {
    const { sts, sources } = setUp()
    const first = await sources.sourceFor({ audience: A }).getToken()
    expect(await sources.sourceFor({ audience: A }).getToken()).toBe(first)
    expect(await sources.sourceFor({ audience: [A] }).getToken()).toBe(first)
    expect(sts.asked).toEqual([{ audience: [A], signingAlgorithm: 'ES384' }])
  })

  test('is the same with the defaults spelt out', () => {
    const tags = [{ key: 'team', value: 'web' }]
    const { sources } = setUp({ durationSeconds: 900, tags })
    const source = sources.sourceFor({ audience: A, durationSeconds: undefined })
    expect(
      sources.sourceFor({ audience: A, signingAlgorithm: 'ES384', durationSeconds: 900, tags: [...tags] }),
    ).toBe(source)
    expect(sources.sourceFor({ audience: A, tags: [{ value: 'web', key: 'team' }] })).toBe(source)
  })

  test.each([
    { audience: B },
    { audience: [A, B] },
    { audience: A, signingAlgorithm: 'RS256' },
    { audience: A, durationSeconds: 600 },
    { audience: A, tags: [] },
    { audience: A, tags: [{ key: 'team', value: 'ops' }] },
  ] as const)('is not %j', async (other) => {
    const { sts, sources } = setUp({ durationSeconds: 900, tags: [{ key: 'team', value: 'web' }] })
    expect(sources.sourceFor(other)).not.toBe(sources.sourceFor({ audience: A }))
    await sources.sourceFor(other).getToken()
    const { audience, ...rest } = other
    expect(sts.asked[0]).toMatchObject({ audience: [audience].flat(), ...rest })
  })

  test('is not one whose parts only read the same when strung together', () => {
    const audiences = ['a', 'b', 'a","b', 'a,b']
    const { sources } = setUp({ audiences })
    const made = [['a', 'b'], ['a","b'], ['a,b']].map((audience) => sources.sourceFor({ audience }))
    expect(new Set(made).size).toBe(3)
  })
})

describe('an audience that is not on the list', () => {
  test.each([
    [[]],
    'https://evil.test',
    'https://a.example.com/',
    'HTTPS://a.example.com',
    [A, 'https://evil.test'],
    'constructor',
    '__proto__',
    '',
    7 as unknown as string,
    undefined as unknown as string,
  ])('is refused: %j', (audience) => {
    const { sts, sources } = setUp()
    const ask = () => sources.sourceFor({ audience: audience as string })
    expect(ask).toThrow(InputError)
    expect(ask).toThrow(/^audience/)
    expect(ask).not.toThrow('a.example.com')
    expect(sts.asked).toEqual([])
  })

  test('is not on it by a later change of the array', () => {
    const audiences = [A]
    const { sources } = setUp({ audiences })
    audiences.push(B)
    expect(() => sources.sourceFor({ audience: B })).toThrow('audience must be one of the audiences')
  })
})

test('a request can change nothing but what the token says', () => {
  const { sources } = setUp()
  for (const name of ['sts', 'store', 'onEvent', 'minimumValidity', 'audiences']) {
    const request = { audience: A, [name]: fakeSts() }
    expect(() => sources.sourceFor(request)).toThrow(`${name} is not known here`)
  }
})

describe('of more than are kept', () => {
  test('the one that was asked for least recently is dropped, and goes on working', async () => {
    const { sts, sources } = setUp({ maxSources: 2 })
    const a = sources.sourceFor({ audience: A })
    const b = sources.sourceFor({ audience: B })
    const token = await b.getToken()
    expect(sources.sourceFor({ audience: A })).toBe(a)
    sources.sourceFor({ audience: C })
    expect(sources.sourceFor({ audience: A })).toBe(a)
    expect(sources.sourceFor({ audience: B })).not.toBe(b)
    expect(await b.getToken()).toBe(token)
    await b.invalidate(token)
    expect(await b.getToken()).toBe(sts.minted[1])
  })

  test('a hundred are kept by default', () => {
    const audiences = Array.from({ length: 101 }, (_, index) => `https://${index}.example.com`)
    const { sources } = setUp({ audiences })
    const made = audiences.slice(0, 100).map((audience) => sources.sourceFor({ audience }))
    expect(sources.sourceFor({ audience: audiences[0] ?? '' })).toBe(made[0])
    sources.sourceFor({ audience: audiences[100] ?? '' })
    expect(sources.sourceFor({ audience: audiences[0] ?? '' })).toBe(made[0])
    expect(sources.sourceFor({ audience: audiences[1] ?? '' })).not.toBe(made[1])
  })
})

describe('options are checked when they are given', () => {
  test.each([
    [{ audiences: undefined }, 'audiences must be an array of strings'],
    [{ audiences: [] }, 'audiences must name at least one audience'],
    [{ audiences: A }, 'audiences must be an array of strings'],
    [{ audiences: [A, ''] }, 'audiences[1] must have 1 to 1000 characters'],
    [{ maxSources: 0 }, 'maxSources must be a whole number of at least 1'],
    [{ maxSources: 1.5 }, 'maxSources must be a whole number of at least 1'],
    [{ signingAlgorithm: 'none' }, 'signingAlgorithm must be "RS256" or "ES384"'],
    [{ durationSeconds: 59 }, 'durationSeconds must be'],
    [{ minimumValidity: 300_000 }, 'minimumValidity must be at most 270000 ms'],
    [{ sts: {} }, 'sts must be an StsClient'],
    [{ store: new Map() }, 'sealingKeys must go with a store'],
    [{ region: 'us-east-1' }, 'region is not known here'],
  ])('%j: %s', (options, message) => {
    const make = () => setUp(options as Partial<TokenSourcesOptions>)
    expect(make).toThrow(InputError)
    expect(make).toThrow(message)
  })

  test('more audiences than one token may have may be asked for', async () => {
    const audiences = Array.from({ length: 30 }, (_, index) => `https://${index}.example.com`)
    const { sts, sources } = setUp({ audiences })
    await sources.sourceFor({ audience: audiences.slice(20) }).getToken()
    expect(sts.asked[0]?.audience).toHaveLength(10)
  })
})
