import { execFileSync, spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { finished } from './run-cli.ts'

const hasShell = (name: string) => spawnSync(name, ['-c', 'true']).status === 0

describe('completion of bash', () => {
  test.each<[string[], string[]]>([
    [['who'], ['whoami']],
    [['token', '--audi'], ['--audience']],
    [
      ['token', '--algorithm', ''],
      ['RS256', 'ES384'],
    ],
    [['token', '--algorithm', '=', 'R'], ['RS256']],
    [
      ['token', '--algorithm', '='],
      ['RS256', 'ES384'],
    ],
    [['token', '--format', 'k'], ['k8s']],
    [['token', '--out', 'to'], []],
    [['completion', 'z'], ['zsh']],
    [['nothing', '--'], []],
  ])('%j', async (words, candidates) => {
    expect(await completedByBash(words)).toEqual(candidates)
  })

  test('knows every command and every option of each', async () => {
    const names = commands.map(({ name }) => name)
    expect(await completedByBash([''])).toEqual([...names, '--help', '--version'])
    for (const { name, options } of commands) {
      const known = await completedByBash([name, '--'])
      expect(known).toEqual(
        expect.arrayContaining([...Object.keys(options).map((option) => `--${option}`), '--help', '--json']),
      )
    }
  })
})

// Debian has them, a machine that runs the tests need not.
test.runIf(hasShell('zsh'))('the script of zsh is one that zsh takes', async () => {
  const script = await scriptOf('zsh')
  const heard = execFileSync(
    'zsh',
    ['-fc', `autoload -U compinit && compinit -D\n${script}\nprint $_comps[aws-web-identity]`],
    { encoding: 'utf8' },
  )
  expect(heard).toBe('_aws-web-identity\n')
})

test.runIf(hasShell('fish')).each([
  ['aws-web-identity who', 'whoami'],
  ['aws-web-identity token --algorithm ', 'ES384\nRS256'],
  ['aws-web-identity token --audi', '--audience'],
  ['aws-web-identity completion z', 'zsh'],
])('fish completes %j', async (line, candidates) => {
  const script = `${await scriptOf('fish')}\ncomplete -C '${line}'`
  const heard = execFileSync('fish', ['--no-config', '-c', script], { encoding: 'utf8' })
  const words = heard
    .trim()
    .split('\n')
    .map((row) => row.split('\t')[0])
  expect(words.sort().join('\n')).toBe(candidates)
})

test('another shell is a usage error, and --json tells the script in JSON', async () => {
  const { code, err } = await finished(['completion', 'tcsh'])
  expect({ code, err }).toEqual({
    code: 2,
    err: 'SHELL must be bash, zsh or fish: see aws-web-identity completion --help.\n',
  })
  const { out } = await finished(['completion', 'bash', '--json'])
  expect(JSON.parse(out)).toEqual({ shell: 'bash', script: await scriptOf('bash') })
})

async function scriptOf(shell: string): Promise<string> {
  return (await finished(['completion', shell])).out.slice(0, -1)
}

async function completedByBash(words: readonly string[]): Promise<string[]> {
  const line = ['aws-web-identity', ...words].map((word) => `'${word}'`).join(' ')
  const asked = `COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _aws_web_identity; printf '%s\\n' "\${COMPREPLY[@]}"`
  const heard = execFileSync('bash', ['--norc', '-c', `${await scriptOf('bash')}\n${asked}`], {
    encoding: 'utf8',
  })
  return heard.trim() === '' ? [] : heard.trim().split('\n')
}
