import fc from 'fast-check'
import { base64url } from 'jose'
import { describe, expect, test } from 'vitest'
import { paintFor } from '../../../src/cli/colours.ts'
import { describeToken } from '../../../src/cli/decode/describe.ts'
import { decode } from '../../../src/verify/index.ts'
import { goodClaims, now } from '../../verify/support.ts'

const plain = paintFor(process.stdout, { FORCE_COLOR: '0' })

function shown(claims: unknown, header: unknown = { kid: 'EC384_0', typ: 'JWT', alg: 'ES384' }): string {
  const part = (value: unknown) => base64url.encode(JSON.stringify(value))
  return describeToken(decode(`${part(header)}.${part(claims)}.AAAA`), now, plain)
}

test('it says first what it is not, and unfolds AWS’s claims', () => {
  const text = shown(goodClaims({ aud: ['https://one.example', 'api://two'] }))
  expect(text).toMatch(/^UNVERIFIED: /)
  const lines = text.split('\n')
  expect(lines).toContain('  kid  EC384_0')
  expect(lines).toContain('  aud  https://one.example, api://two')
  expect(lines).toContain('  https://sts.amazonaws.com/')
  expect(lines).toContain('    aws_account     123456789012')
  expect(lines).toContain('    principal_tags')
  expect(lines).toContain('      team  platform')
  expect(lines).toContain('    ou_path         o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/')
})

test('times are told in words too', () => {
  const seconds = now / 1000
  const claims = {
    iat: seconds - 120,
    exp: seconds + 250,
    nbf: seconds,
    original_session_exp: new Date(now + 3_600_000).toISOString(),
  }
  expect(shown(claims).split('\n').slice(-4)).toEqual([
    `  iat                   ${seconds - 120}  ${iso(now - 120_000)}, 2 min ago`,
    `  exp                   ${seconds + 250}  ${iso(now + 250_000)}, in 4 min 10 s`,
    `  nbf                   ${seconds}  ${iso(now)}, now`,
    `  original_session_exp  ${claims.original_session_exp}  in 1 h`,
  ])
})

test('what is no time is shown as it is', () => {
  const text = shown({ exp: 1e300, iat: '1', nbf: -1e15, original_session_exp: 'soon' })
  expect(text.split('\n').slice(-4)).toEqual([
    '  exp                   1e+300',
    '  iat                   1',
    '  nbf                   -1000000000000000',
    '  original_session_exp  soon',
  ])
})

describe('of a hostile token', () => {
  test('nothing commands the terminal, in names and in values', () => {
    const evil = '\u{1b}[2J\u{9b}31m\r\n\u{202e}\u{200f}\u{61c}\u{2066}\u{7}'
    const text = shown({ [evil]: evil, list: [evil, { [evil]: [evil] }], aud: [evil] }, { kid: evil })
    expect(text).not.toMatch(/[^\P{Cc}\n]|[\u{61c}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]/u)
    expect(text.split('\n')).toHaveLength(9)
  })

  test('a list can’t pass for another, nor a text for a list', () => {
    expect(shown({ aud: ['a, b', 'c'] })).toContain('aud  ["a, b","c"]')
    expect(shown({ aud: [] })).toContain('aud  []')
    expect(shown({ aud: null, x: { y: 1 } })).toContain('x    {"y":1}')
  })

  test('neither depth nor a name of a prototype’s is too much', () => {
    const depth = 10_000
    const nested = `{"a":${'['.repeat(depth)}${']'.repeat(depth)},"__proto__":{"constructor":1}}`
    const read = decode(`e30.${base64url.encode(nested)}.AAAA`)
    expect(describeToken(read, now, plain)).toMatch(/__proto__ +\{"constructor":1\}/)
  })

  test('whatever JSON can say, it is shown', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (claims) => {
        expect(shown(claims)).toContain('UNVERIFIED')
      }),
    )
  }, 60_000)
})

function iso(time: number): string {
  return new Date(time).toISOString().replace('.000', '')
}
