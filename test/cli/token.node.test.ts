import { lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, test } from 'vitest'
import { finished, temporaryDirectory, temporaryFile } from './run-cli.ts'
import { servedEmulator, session } from './served-emulator.ts'

const audience = 'https://api.example.com'
const wanted = ['token', '--audience', audience, '--algorithm', 'ES384']
const jwt = /^[\w-]+\.[\w-]+\.[\w-]+$/

test('prints the token that the line asks for, and nothing else', async () => {
  const { emulator, env } = await servedEmulator()
  const { code, out, err } = await finished(
    [
      'token',
      '--audience',
      'a',
      '--audience',
      'b',
      '--algorithm',
      'RS256',
      '--duration',
      '15m',
      '--tag',
      'team=a=b',
    ],
    env,
  )
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const token = out.slice(0, -1)
  expect(`${token}\n`).toBe(out)
  const claims = decodeJwt(token)
  expect(decodeProtectedHeader(token).alg).toBe('RS256')
  expect(claims).toMatchObject({ iss: emulator.issuer, aud: ['a', 'b'] })
  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900)
  expect(claims['https://sts.amazonaws.com/']).toMatchObject({ request_tags: { team: 'a=b' } })
})

describe('--format', () => {
  const shown = async (format: string, more: Record<string, string> = {}, ...args: string[]) => {
    const { env } = await servedEmulator()
    const { code, out, err } = await finished([...wanted, '--format', format, ...args], { ...env, ...more })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    return out
  }
  const endOf = (token: string) => decodeJwt(token).exp ?? 0

  test('json has the token and its end', async () => {
    const { webIdentityToken, expiration, ...others } = JSON.parse(await shown('json'))
    expect(Date.parse(expiration) / 1000).toBeCloseTo(endOf(webIdentityToken), -1)
    expect(others).toEqual({})
  })

  test('env exports a variable, by the name that is wanted', async () => {
    expect(await shown('env')).toMatch(/^export WEB_IDENTITY_TOKEN=[\w-]+\.[\w-]+\.[\w-]+\n$/)
    expect(await shown('env', {}, '--variable', 'API_TOKEN')).toMatch(/^export API_TOKEN=[\w-]+\./)
  })

  test('header and curl are the header', async () => {
    expect(await shown('header')).toMatch(/^Authorization: Bearer [\w.-]+\n$/)
    expect(await shown('curl')).toMatch(/^header = "Authorization: Bearer [\w.-]+"\n$/)
  })

  test('k8s is what kubectl reads, in the version that it asks for', async () => {
    const credential = JSON.parse(await shown('k8s'))
    const { token } = credential.status
    expect(credential).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token, expirationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) },
    })
    const apiVersion = 'client.authentication.k8s.io/v1beta1'
    const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } })
    expect(JSON.parse(await shown('k8s', { KUBERNETES_EXEC_INFO: info })).apiVersion).toBe(apiVersion)
  })

  test.each(['{"apiVersion":"client.authentication.k8s.io/v1alpha1"}', '[]', '{'])(
    'k8s refuses a kubectl that asks for %s',
    async (info) => {
      const { env } = await servedEmulator()
      const { code, out, err } = await finished([...wanted, '--format', 'k8s'], {
        ...env,
        KUBERNETES_EXEC_INFO: info,
      })
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).toMatch(
        /^KUBERNETES_EXEC_INFO asks for .*: write one of client\.authentication\.k8s\.io\/v1 and/,
      )
    },
  )

  test('google is what an executable-sourced credential reads', async () => {
    const { id_token: token, ...others } = JSON.parse(await shown('google'))
    expect(others).toEqual({
      version: 1,
      success: true,
      token_type: 'urn:ietf:params:oauth:token-type:jwt',
      expiration_time: endOf(token),
    })
  })

  test.each<[string[], Record<string, string>, string, number]>([
    [['--format', 'google'], { AWS_ACCESS_KEY_ID: 'AKIAOTHER' }, 'InvalidClientTokenId', 3],
    [['--format=google', '--duration', '5d'], {}, 'usage', 2],
  ])('google has errors in a shape of its own: %j', async (args, more, code, exitCode) => {
    const { env } = await servedEmulator()
    const refused = await finished([...wanted, ...args], { ...env, ...more })
    expect(refused.code).toBe(exitCode)
    expect(JSON.parse(refused.out)).toEqual({
      version: 1,
      success: false,
      code,
      message: refused.err.trim(),
    })
  })
})

describe('--out', () => {
  test('writes a file for its owner alone, in the place of another, and says so', async () => {
    const { env } = await servedEmulator()
    const file = temporaryFile('token', 'old')
    const { code, out, err } = await finished([...wanted, '--out', file], env)
    expect({ code, out }).toEqual({ code: 0, out: '' })
    expect(readFileSync(file, 'utf8').trim()).toMatch(jwt)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(err).toMatch(/ has a token that is good until \d{4}-.*Z\.\n$/)
    expect(readdirSync(join(file, '..'))).toEqual(['token'])
  })

  test('--json writes JSON, and tells in JSON', async () => {
    const { env } = await servedEmulator()
    const file = join(temporaryDirectory(), 'token')
    const { err } = await finished([...wanted, '--json', '--out', file], env)
    expect(JSON.parse(readFileSync(file, 'utf8')).webIdentityToken).toMatch(jwt)
    expect(JSON.parse(err)).toMatchObject({ event: 'token', file })
  })

  test('follows a link to the file', async () => {
    const { env } = await servedEmulator()
    const file = temporaryFile('token', 'old')
    const link = join(temporaryDirectory(), 'link')
    symlinkSync(file, link)
    expect((await finished([...wanted, '--out', link], env)).code).toBe(0)
    expect(readFileSync(file, 'utf8').trim()).toMatch(jwt)
  })

  test('a link may lead to a file that is not there yet', async () => {
    const { env } = await servedEmulator()
    const directory = temporaryDirectory()
    symlinkSync('file', join(directory, 'second'))
    symlinkSync('second', join(directory, 'link'))
    expect((await finished([...wanted, '--out', join(directory, 'link')], env)).code).toBe(0)
    expect(lstatSync(join(directory, 'link')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(directory, 'file'), 'utf8').trim()).toMatch(jwt)
  })

  test('its name may be as long as the file system has them', async () => {
    const { env } = await servedEmulator()
    const file = join(temporaryDirectory(), 'n'.repeat(255))
    expect(await finished([...wanted, '--out', file], env)).toMatchObject({ code: 0, out: '' })
    expect(readFileSync(file, 'utf8').trim()).toMatch(jwt)
  })

  test.each<[string, (directory: string) => string, string]>([
    ['a directory', (directory) => directory, 'it is a directory'],
    ['no directory', (directory) => join(directory, 'missing', 'token'), 'there is no such directory'],
    ['a device', () => '/dev/null', 'it is no regular file'],
    [
      'a file for a directory',
      (directory) => {
        writeFileSync(join(directory, 'file'), '')
        return join(directory, 'file', 'token')
      },
      'it is no directory',
    ],
  ])('%s is one sentence, and leaves nothing behind', async (_, pathIn, reason) => {
    const { env } = await servedEmulator()
    const directory = temporaryDirectory()
    const path = pathIn(directory)
    const before = readdirSync(directory)
    const err = `The token can't be written to ${path}: ${reason}.\n`
    expect(await finished([...wanted, '--out', path], env)).toEqual({ code: 1, out: '', err })
    expect(readdirSync(directory)).toEqual(before)
  })
})

test.each<[string[], string]>([
  [['token'], '--audience is missing: whom the token is for, such as https://api.example.com'],
  [['token', '--audience', 'a'], '--algorithm is missing: RS256, which is understood everywhere, or ES384'],
  [[...wanted, '--algorithm', 'rs256'], '--algorithm must be RS256 or ES384, and not rs256'],
  [
    [...wanted, '--duration', '2h'],
    '--duration must be from 60s to 1h, such as 90, 90s, 15m or 1h, and not 2h',
  ],
  [[...wanted, '--minimum-validity', '5m'], '--minimum-validity goes with --watch'],
  [[...wanted, '--watch'], '--watch needs a file to keep fresh, --out FILE'],
  [
    [...wanted, '--variable', 'a-b'],
    '--variable must be the name of a variable: letters, digits and underscores, and not a-b',
  ],
  [
    [...wanted, ...['a', 'A'].flatMap((key) => ['--tag', `${key}=1`])],
    'tags[1].key must not repeat tags[0].key',
  ],
])('%j is a usage error', async (args, sentence) => {
  const { env } = await servedEmulator()
  const { code, out, err } = await finished(args, env)
  expect(err).toContain(sentence)
  expect(err).toMatch(/: see aws-web-identity token --help\.\n$/)
  expect({ code, out }).toEqual({ code: 2, out: '' })
})

test('where there are no credentials it says where it looked, and where it does not look by itself', async () => {
  const { env } = await servedEmulator()
  const { code, err } = await finished(wanted, { ...env, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' })
  expect(code).toBe(3)
  expect(err).toMatch(
    /^No AWS credentials were found:\n- fromEnv: .*\n(?:- .*\n)+Those of a profile in ~\/\.aws are taken with --profile NAME\.\n$/,
  )
})

describe('an error is one sentence with its exit code, and shows no secret', () => {
  const over = { ...session, sessionExpiration: new Date(Date.now() + 240_000) }
  test.each<[string, number, string, Parameters<typeof servedEmulator>[0], Record<string, string>]>([
    ['no permission', 1, 'AccessDenied', { principals: [{ ...session, policies: {} }] }, {}],
    [
      'federation that is off',
      1,
      'OutboundWebIdentityFederationDisabled',
      { principals: [session], federationEnabled: false },
      {},
    ],
    ['a session that is too short', 1, 'SessionDurationEscalation', { principals: [over] }, {}],
    [
      'a secret that is wrong',
      3,
      'SignatureDoesNotMatch',
      {},
      { AWS_SECRET_ACCESS_KEY: 'other-secret-key-other-secret-key' },
    ],
    ['a key that is unknown', 3, 'InvalidClientTokenId', {}, { AWS_ACCESS_KEY_ID: 'AKIAOTHER' }],
    [
      'a session that is over',
      3,
      'ExpiredToken',
      { principals: [{ ...session, sessionExpiration: new Date(0) }] },
      {},
    ],
    ['half of a key', 3, 'AWS_ACCESS_KEY_ID', {}, { AWS_ACCESS_KEY_ID: '' }],
    [
      'no key at all',
      3,
      'No AWS credentials were found',
      {},
      { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
    ],
    ['nobody who answers', 4, 'No response', { principals: [session], faults: [{ close: 'before' }] }, {}],
    ['a proxy’s page', 4, '', { principals: [session], faults: [{ body: '<html>' }] }, {}],
    ['a region that is none', 2, 'region', { principals: [session] }, { AWS_REGION: 'evil/host' }],
    ['no region', 2, 'No AWS region is known', { principals: [session] }, { AWS_REGION: '' }],
  ])('%s', async (_, exitCode, words, options, more) => {
    const { env, secrets } = await servedEmulator(options)
    const plain = await finished(wanted, { ...env, ...more })
    expect(plain).toMatchObject({ code: exitCode, out: '' })
    expect(plain.err).toContain(words)
    const json = await finished([...wanted, '--json'], { ...env, ...more })
    expect(json).toMatchObject({ code: exitCode, out: '' })
    expect(JSON.parse(json.err).error).toMatchObject({ exitCode })
    for (const secret of [...secrets, more['AWS_SECRET_ACCESS_KEY'] ?? '']) {
      if (secret !== '') expect(plain.err + json.err).not.toContain(secret)
    }
  })
})
