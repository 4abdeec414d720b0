// The lines that `aws-web-identity emulator` prints, pasted into a shell as they are, with Debian's curl and AWS CLI.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { environmentOf } from './environment.ts'
import { run } from './run.ts'

const main = join(import.meta.dirname, '../../../src/cli/main.ts')

test.each([
  [
    'a user, whose secret a shell would expand',
    { arn: 'arn:aws:iam::123456789012:user/app', secretAccessKey: `it's$HOME"\\` },
  ],
  [
    'a session',
    { arn: 'arn:aws:iam::123456789012:role/app', secretAccessKey: 'a/b+c', sessionToken: 'x/y+z==' },
  ],
])('work for %s', async (_, principal) => {
  const printed = await startEmulator({ accessKeyId: 'ASIAEXAMPLE', ...principal })
  const blocks = printed.split('\n\n').map((block) => block.replaceAll(/^ {2}/gm, ''))
  const exports = blocks.find((block) => block.startsWith('export AWS_ACCESS_KEY_ID=')) ?? ''
  const [aws = '', ...curl] = (blocks.find((block) => block.startsWith('aws ')) ?? '').split('\n')

  const identity = await paste(`${exports}\n${aws} --output json`)
  expect(identity.stderr).toBe('')
  expect(JSON.parse(identity.stdout).Arn).toContain('123456789012')

  const minted = await paste(`${exports}\n${curl.join('\n')}`)
  const [, token = ''] = /<WebIdentityToken>(.*?)</.exec(minted.stdout) ?? []
  expect(decodeJwt(token)).toMatchObject({ sub: principal.arn, aud: 'https://api.example.com' })
})

// A session token of other credentials lies about, as in many a terminal.
function paste(lines: string) {
  return run(['/bin/sh', '-c', lines], {
    ...environmentOf({ credentials: undefined }),
    AWS_SESSION_TOKEN: 'stale',
  })
}

async function startEmulator(principal: object): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'aws-web-identity-'))
  const config = join(directory, 'emulator.json')
  writeFileSync(config, JSON.stringify({ principals: [principal] }))
  const emulator = spawn(process.execPath, [main, 'emulator', '--port', '0', '--config', config])
  onTestFinished(() => {
    emulator.kill()
    rmSync(directory, { recursive: true })
  })
  let text = ''
  // Whoever reads on is what keeps it alive.
  emulator.stdout.on('data', (chunk) => {
    text += chunk
  })
  while (!text.includes('Audience.member.1=')) await once(emulator.stdout, 'data')
  return text
}
