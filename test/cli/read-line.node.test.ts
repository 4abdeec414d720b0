import { expect, expectTypeOf, test } from 'vitest'
import { defineCommand } from '../../src/cli/command.ts'
import { nearest } from '../../src/cli/near.ts'
import { readLine } from '../../src/cli/read-line.ts'
import { duration, flag, keyValue, oneOf, text } from '../../src/cli/value-types.ts'

const command = defineCommand({
  name: 'mint',
  summary: 'for this test',
  positionals: [{ name: 'SHELL', description: 'which', type: oneOf('bash', 'zsh'), isOptional: true }],
  options: {
    audience: { type: text, placeholder: 'AUDIENCE', description: 'whom', repeatable: true },
    algorithm: {
      type: oneOf('RS256', 'ES384'),
      placeholder: 'ALGORITHM',
      description: 'how',
      default: 'ES384',
    },
    duration: { type: duration, placeholder: 'DURATION', description: 'how long' },
    tag: { type: keyValue, placeholder: 'KEY=VALUE', description: 'what', repeatable: true },
    watch: { type: flag, description: 'stay' },
  },
  examples: [],
  run: async () => 0,
})

test('options are read by their types', () => {
  const args = ['--audience', 'a', '--audience=b', '--algorithm', 'RS256', '--tag', 'k=v=w', '--watch', 'zsh']
  const { options, positionals } = readLine(command, args)
  expect(options).toEqual({
    audience: ['a', 'b'],
    algorithm: 'RS256',
    duration: undefined,
    tag: [{ key: 'k', value: 'v=w' }],
    watch: true,
    json: false,
    help: false,
  })
  expect(positionals).toEqual(['zsh'])
  expectTypeOf(options.algorithm).toEqualTypeOf<'RS256' | 'ES384'>()
  expectTypeOf(options.duration).toEqualTypeOf<number | undefined>()
  expectTypeOf(options.audience).toEqualTypeOf<readonly string[]>()
  expectTypeOf(options.json).toEqualTypeOf<boolean>()
})

test('what is absent has its default, and what comes twice is what it was said last', () => {
  expect(readLine(command, []).options).toMatchObject({ algorithm: 'ES384', audience: [], watch: false })
  expect(readLine(command, ['--duration', '1h', '--duration', '90s']).options.duration).toBe(90)
})

test.each([
  ['90', 90],
  ['90s', 90],
  ['15m', 900],
  ['1h', 3600],
])('a duration of %s is %d seconds', (given, seconds) => {
  expect(duration.read(given)).toBe(seconds)
})

test.each(['', 'm', '1d', '-5', '1.5h', '15 m', '1h30m'])('%j is no duration', (given) => {
  expect(duration.read(given)).toBeUndefined()
})

test.each<[string[], string]>([
  [['fish'], 'SHELL must be bash or zsh'],
  [['bash', 'zsh'], 'There is an argument too many, for it takes only SHELL'],
  [['--algorithm', 'HS256'], '--algorithm must be RS256 or ES384, and not HS256'],
  [['--tag', '=v'], '--tag must be a key and a value, such as team=web, and not =v'],
  [['--aud', 'x'], 'There is no option --aud; did you mean --audience?'],
])('%j is refused', (args, sentence) => {
  expect(() => readLine(command, args)).toThrow(sentence)
})

test('a name is meant by its beginning, or with a slip of the finger, and not by chance', () => {
  const names = ['token', 'whoami', 'status', 'enable', 'disable']
  expect(nearest('tokne', names)).toBe('token')
  expect(nearest('who', names)).toBe('whoami')
  expect(nearest('enabel', names)).toBe('enable')
  expect(nearest('x', names)).toBeUndefined()
  expect(nearest('delete', names)).toBeUndefined()
})
