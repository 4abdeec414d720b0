import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const DEV = `${ROOT}worker-example/dev/policy.json`

const folder = mkdtempSync(join(tmpdir(), 'check-policy-'))
afterAll(() => rmSync(folder, { recursive: true }))

function checkPolicy(...files: string[]) {
  const arguments_ = [`${ROOT}worker-example/check-policy.ts`, ...files]
  const { status, stdout, stderr } = spawnSync(process.execPath, arguments_, { cwd: ROOT, encoding: 'utf8' })
  return { status, stdout, stderr }
}

function file(name: string, content: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

function caller(name: string, secrets: readonly object[]) {
  return { name, secrets, audiences: ['https://api.example.com'] }
}

const hash = (digit: string) => digit.repeat(64)
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

describe('npm run check:policy', () => {
  test('takes the deployed policy and that of npm run dev, and says how many callers they have', () => {
    expect(checkPolicy()).toEqual({
      status: 0,
      stdout: 'worker-example/policy.json: 0 callers\nworker-example/dev/policy.json: 3 callers\n',
      stderr: '',
    })
  })

  test('names every member that is wrong, each in a line, and goes on with the next file', () => {
    const wrong = file('wrong.json', { callers: [{ name: 'a', audience: [] }, { nane: 'b' }] })
    const right = file('right.json', { callers: [caller('a', [{ sha256: hash('a') }])] })
    expect(checkPolicy(wrong, right)).toEqual({
      status: 1,
      stdout: `${right}: 1 caller\n`,
      stderr: [
        `${wrong}:`,
        '  callers[0].audience is not known here',
        '  callers[1].name is missing',
        '  callers[1].nane is not known here',
        '',
      ].join('\n'),
    })
  })

  test('warns of secrets that have ended or end within 14 days, and does not fail for them', () => {
    const [ended, soon, later] = [inDays(-1), inDays(13.5), inDays(15)]
    const path = file('secrets.json', {
      console: { secrets: [{ sha256: hash('0'), expires: ended }] },
      callers: [
        caller('a', [
          { sha256: hash('1') },
          { sha256: hash('2'), expires: soon },
          { sha256: hash('3'), expires: later },
        ]),
      ],
    })
    expect(checkPolicy(path)).toEqual({
      status: 0,
      stdout: `${path}: 1 caller\n`,
      stderr: [
        `${path}: warning: console.secrets[0] opens nothing any more: it ended at ${ended}`,
        `${path}: warning: callers[0].secrets[1] ends at ${soon}, in 13 days`,
        '',
      ].join('\n'),
    })
  })

  test('refuses a secret that everybody can read in the policy of npm run dev', () => {
    const copy = file('copy.json', readFileSync(DEV, 'utf8'))
    const { status, stderr } = checkPolicy(copy)
    expect(status).toBe(1)
    expect(stderr).toContain('  console.secrets[0] is one of dev/policy.json')
    expect(stderr).toContain('  callers[0].secrets[0] is one of dev/policy.json')
  })

  test('says that a file does not exist', () => {
    expect(checkPolicy('nowhere.json')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'nowhere.json does not exist.\n',
    })
  })

  test.for([
    ['a comma too many', '{\n  "callers": [],\n}', '2:16', 'JSON does not support trailing commas'],
    ['a word that is none', '{\n  "callers": [\n    nope ]}', '3:5', 'Unexpected … in JSON'],
    ['a text where none may be', '{ "é" "a secret" }', '1:7', 'Expected ":" in JSON but found …'],
    ['a comment', '// who may\n{ "callers": [] }', '1:1', 'JSON does not support comments'],
    ['a text that ends too early', '{\n  "callers": [', '2:15', 'Unexpected end of file in JSON'],
    ['a byte order mark', '\uFEFF{ "callers": [] }', '1:1', 'JSON has no such white space'],
    ['a space that is none', '{\n "callers\u00a0":\u00a0[] }', '2:13', 'JSON has no such white space'],
    [
      'a number with a zero in front',
      '{ "a": 10.5e3,\n  "b": 0900 }',
      '2:8',
      'In JSON a number must not begin with 0',
    ],
    ['an escape that is none', '{ "a\\n": "b\\8" }', '1:10', 'In JSON a text has no such escape'],
    ['nothing', '', '1:1', 'Unexpected end of file in JSON'],
    [
      'a name twice',
      '{ "callers": [],\n  "callers": [] }',
      '2:3',
      'Duplicate key "callers" in object literal',
    ],
  ] as const)('says where a file is no JSON, or says one thing twice: %s', ([, text, place, why]) => {
    const path = file('broken.json', text)
    expect(checkPolicy(path)).toEqual({
      status: 1,
      stdout: '',
      stderr: `${path}:${place}: ${why}\n`,
    })
  })
})
