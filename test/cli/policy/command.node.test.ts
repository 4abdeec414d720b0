import { describe, expect, test } from 'vitest'
import { createEmulator } from '../../../src/emulator/index.ts'
import { StsClient } from '../../../src/index.ts'
import { finished } from '../run-cli.ts'

const audience = 'https://api.example.com'

test('what it prints is a policy with which the emulator gives just that token', async () => {
  const line = `policy --audience ${audience} --algorithm RS256 --max-duration 10m --tag team=web --tag team=app`
  const { code, out, err } = await finished(line.split(' '))
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const { fetch, credentials } = createEmulator({
    principals: [
      {
        arn: 'arn:aws:iam::123456789012:user/ci',
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        secretAccessKey: 'secret',
        policies: { printed: JSON.parse(out) },
      },
    ],
  })
  const sts = new StsClient({ region: 'eu-central-1', credentials, fetch })
  const asked = { audience: [audience], signingAlgorithm: 'RS256', durationSeconds: 600 } as const
  for (const value of ['web', 'app'])
    await sts.getWebIdentityToken({ ...asked, tags: [{ key: 'team', value }] })
  const refused = { code: 'AccessDenied' }
  await expect(sts.getWebIdentityToken({ ...asked, durationSeconds: 601 })).rejects.toMatchObject(refused)
  await expect(
    sts.getWebIdentityToken({ ...asked, tags: [{ key: 'team', value: 'ops' }] }),
  ).rejects.toMatchObject(refused)
})

test('a tag that is named without a value too may have any', async () => {
  const { out } = await finished(['policy', '--audience', 'a', '--tag', 'team=web', '--tag', 'team'])
  expect(JSON.parse(out).Statement[1].Condition).not.toHaveProperty('StringEqualsIfExists')
})

test.each([
  ['terraform', 'data "aws_iam_policy_document" "web_identity_token" {'],
  ['cloudformation', 'AWSTemplateFormatVersion: "2010-09-09"'],
  ['cdk', "import { PolicyStatement } from 'aws-cdk-lib/aws-iam'"],
])('--format %s', async (format, beginning) => {
  const { code, out } = await finished(['policy', '--audience', 'a', '--format', format])
  expect(out.split('\n')[0]).toBe(beginning)
  expect(code).toBe(0)
})

describe('what breaks a rule is exit code 2, with the option’s name', () => {
  test.each<[string, string]>([
    ['', '--audience is missing: say for whom the tokens may be'],
    ['--audience a --max-duration 2h', '--max-duration must be a whole number of seconds from 60 to 3600'],
    ['--audience a --tag a,b', '--tag must hold letters, digits, spaces and _.:/=+-@ only'],
    [
      '--audience a --tag =b',
      '--tag must be a key, or a key and a value, such as team or team=web, and not =b',
    ],
    ['--audience a --account 1', '--account must be an AWS account of twelve digits, and not 1'],
    ['--audience a --json --format cdk', '--json contradicts --format cdk'],
    [
      '--audience &{ --format terraform',
      '--format cannot be terraform, which replaces what begins with &{ in &{',
    ],
  ])('%s', async (line, sentence) => {
    const { code, out, err } = await finished(['policy', ...line.split(' ').filter((word) => word !== '')])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    if (line.includes('--json')) expect(JSON.parse(err).error.code).toBe('usage')
    expect(err).toContain(`${sentence}: see aws-web-identity policy --help.`)
  })
})
