import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { awsAccess } from '../../src/cli/aws/access.ts'
import { developer } from '../../src/emulator/account/first-signer.ts'
import { finished, temporaryDirectory } from './run-cli.ts'
import { servedEmulator, session } from './served-emulator.ts'

const nothing = { region: undefined, 'endpoint-url': undefined, profile: undefined }

describe('the region is that of', () => {
  const all = { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-2' }
  test.each([
    ['the line', { ...nothing, region: 'eu-central-1' }, all, 'eu-central-1'],
    ['AWS_REGION', nothing, all, 'eu-west-1'],
    ['AWS_DEFAULT_REGION', nothing, { ...all, AWS_REGION: '' }, 'eu-west-2'],
  ])('%s', async (_, line, env, region) => {
    const { sts, iam } = await awsAccess(line, env)
    expect({ sts: sts.region, iam: iam.region }).toEqual({ sts: region, iam: region })
  })
})

test.each([
  ['the line', { ...nothing, 'endpoint-url': 'http://line' }, {}, ['http://line', 'http://line']],
  ['each service', nothing, {}, ['http://sts', 'http://iam']],
  ['all services', nothing, { AWS_ENDPOINT_URL_STS: '' }, ['http://all', 'http://iam']],
  [
    'nobody',
    nothing,
    { AWS_ENDPOINT_URL_STS: '', AWS_ENDPOINT_URL_IAM: '', AWS_ENDPOINT_URL: '' },
    [undefined, undefined],
  ],
])('the endpoint is that of %s', async (_, line, more, endpoints) => {
  const env = {
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL_STS: 'http://sts',
    AWS_ENDPOINT_URL_IAM: 'http://iam',
    AWS_ENDPOINT_URL: 'http://all',
    ...more,
  }
  const { sts, iam } = await awsAccess(line, env)
  expect([sts.endpoint, iam.endpoint]).toEqual(endpoints)
})

describe('a profile', () => {
  const worker = {
    ...session,
    sessionToken: undefined,
    arn: 'arn:aws:iam::123456789012:user/worker',
    sessionName: undefined,
  }
  const config = `[profile work]
region = eu-central-1
[profile chained]
role_arn = arn:aws:iam::123456789012:role/outbound/chained
source_profile = work
region = eu-central-1
`
  const credentials = `[work]
aws_access_key_id = ${worker.accessKeyId}
aws_secret_access_key = ${worker.secretAccessKey}
`
  async function machine() {
    const principals = [
      { ...worker },
      { arn: 'arn:aws:iam::123456789012:role/outbound/chained' },
      { arn: 'arn:aws:iam::123456789012:user/env', ...keysOf(developer) },
    ]
    const { env: found, secrets } = await servedEmulator({ principals })
    const home = temporaryDirectory()
    mkdirSync(join(home, '.aws'))
    writeFileSync(join(home, '.aws/config'), config)
    writeFileSync(join(home, '.aws/credentials'), credentials)
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, AWS_REGION: ___, ...others } = found
    const bare = { ...others, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_REGION: '', HOME: home }
    const { accessKeyId, secretAccessKey } = keysOf(developer)
    const withKeys = { ...bare, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
    return { bare, withKeys, secrets }
  }
  const callerOf = (out: string) => JSON.parse(out).arn.split(':').at(-1)

  test('gives its keys and its region', async () => {
    const { bare } = await machine()
    const { code, out, err } = await finished(['whoami', '--json', '--profile', 'work'], bare)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(out)).toMatchObject({
      arn: 'arn:aws:iam::123456789012:user/worker',
      region: 'eu-central-1',
      credentials: { from: 'profile work' },
    })
  })

  test('assumes its role', async () => {
    const { bare } = await machine()
    const { out, err } = await finished(['whoami', '--json', '--profile', 'chained'], bare)
    expect(err).toBe('')
    expect(callerOf(out)).toMatch(/^assumed-role\/chained\//)
    expect(JSON.parse(out).credentials.expiration).toMatch(/^\d{4}-/)
  })

  test('goes before the keys of the environment where the line names it, and behind them where AWS_PROFILE does', async () => {
    const { bare, withKeys } = await machine()
    expect(callerOf((await finished(['whoami', '--json', '--profile', 'work'], withKeys)).out)).toBe(
      'user/worker',
    )
    const named = { AWS_PROFILE: 'work', AWS_REGION: 'us-east-1' }
    expect(callerOf((await finished(['whoami', '--json'], { ...withKeys, ...named })).out)).toBe('user/env')
    expect(callerOf((await finished(['whoami', '--json'], { ...bare, ...named })).out)).toBe('user/worker')
  })

  test('that is not there is a sentence, with or without a region', async () => {
    const { bare, secrets } = await machine()
    for (const args of [[], ['--region', 'us-east-1']]) {
      const { code, out, err } = await finished(['whoami', '--profile', 'other', ...args], bare)
      expect({ code, out }).toEqual({ code: 3, out: '' })
      expect(err).toMatch(/^.*profile.*other.*\n$/)
      for (const secret of secrets) expect(err).not.toContain(secret)
    }
  })

  // As npm installs it: nothing beside it but what it depends on.
  function installed(...more: readonly string[]): string {
    const project = temporaryDirectory()
    const place = join(project, 'node_modules/aws-web-identity')
    cpSync('dist', join(place, 'dist'), { recursive: true })
    cpSync('package.json', join(place, 'package.json'))
    for (const name of ['@xmldom/xmldom', 'aws4fetch', 'jose', 'valibot', ...more]) {
      const link = join(project, 'node_modules', name)
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(join(import.meta.dirname, '../../node_modules', name), link)
    }
    return project
  }

  async function whoamiIn(project: string, profile: string, env: Record<string, string>) {
    const main = join(project, 'node_modules/aws-web-identity/dist/cli/main.js')
    const args = [main, 'whoami', '--json', '--region', 'us-east-1', '--profile', profile]
    const options = { cwd: project, env: { ...process.env, ...env } }
    return new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const child = execFile(process.execPath, args, options, (_, out, err) =>
        resolve({ code: child.exitCode ?? -1, out, err }),
      )
    })
  }

  test('without the AWS SDK is a sentence that says what to do', async () => {
    const { bare } = await machine()
    const { code, out, err } = await whoamiIn(installed(), 'work', bare)
    expect({ code, out }).toEqual({ code: 3, out: '' })
    expect(JSON.parse(err).error).toEqual({
      code: 'invalid_credentials',
      exitCode: 3,
      message:
        'The profile work needs the AWS SDK to be read: npm install @aws-sdk/credential-providers, or, with the AWS CLI, eval "$(aws configure export-credentials --profile work --format env)".',
    })
  })

  test('of keys needs no more than what reads files, one of a role the whole SDK', async () => {
    const { bare } = await machine()
    const project = installed('@smithy/core')
    expect(callerOf((await whoamiIn(project, 'work', bare)).out)).toBe('user/worker')
    const { code, err } = await whoamiIn(project, 'chained', bare)
    expect(code).toBe(3)
    expect(err).toContain('The profile chained needs the AWS SDK')
  })
})

function keysOf({ accessKeyId = '', secretAccessKey = '' }: Partial<typeof developer>) {
  return { accessKeyId, secretAccessKey }
}
