import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createEmulator, type PolicyDocument } from '../../../src/emulator/index.ts'
import { call } from '../../emulator/sts-call.ts'
import { finished } from '../run-cli.ts'
import { audience, consult, stage, user } from './stage.ts'

const account = '123456789012'

test('where nothing is wrong it says of each step what it saw, and exits with 0', async () => {
  const { env, emulator } = await stage()
  const { code, culprit, results, out, err } = await consult(env)
  expect({ code, culprit, err }).toEqual({ code: 0, culprit: null, err: '' })
  expect(JSON.parse(out).healthy).toBe(true)
  expect(results('ok')).toEqual([
    'credentials',
    'endpoint',
    'clock',
    'caller',
    'federation',
    'permission',
    'mint',
    'discovery',
    'keys',
    'verification',
  ])
  const text = await finished(['doctor'], env)
  expect(text.out).toMatch(/^✓ caller {8}arn:aws:iam::123456789012:user\/ci, a user$/m)
  expect(text.out).toContain(emulator.issuer)
  expect(text.out).toMatch(/\n\nNothing is wrong\.\n$/)
  expect(text.code).toBe(0)
  for (const secret of [user.secretAccessKey, user.accessKeyId, 'eyJ', '\u{1b}']) {
    expect(out + text.out).not.toContain(secret)
  }
})

test('for eyes, the cause, the remedy and the command stand under one another, and the verdict at the end', async () => {
  const { env } = await stage({ federationEnabled: false })
  const { code, out } = await finished(['doctor'], env)
  const margin = ' '.repeat(16)
  expect(out).toContain(
    `✗ federation    Outbound identity federation is not switched on for the account.\n${margin}Switch it on, once for the account, and wait ten seconds:\n${margin}  aws-web-identity enable\n`,
  )
  expect(out).toContain('\n· mint          not reached\n')
  expect(out).toMatch(/\n\nThe culprit: federation\.\n$/)
  expect(code).toBe(1)
})

describe('credentials', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    [
      'none',
      { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
      /^No AWS credentials were found:\n- fromEnv: /,
    ],
    ['a half', { AWS_SECRET_ACCESS_KEY: '' }, /AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not/],
    ['a line break', { AWS_SECRET_ACCESS_KEY: 'secret\n' }, /secretAccessKey must not hold white space/],
    ['a profile that is not there', { AWS_ACCESS_KEY_ID: '', AWS_PROFILE: 'nobody' }, /nobody/],
  ])('%s', async (_, difference, cause) => {
    const { env } = await stage()
    const { code, culprit, step, results } = await consult({ ...env, ...difference })
    expect({ code, culprit }).toEqual({ code: 3, culprit: 'credentials' })
    expect(step('credentials')?.cause).toMatch(cause)
    expect(step('credentials')?.command).toContain('aws configure export-credentials')
    expect(results('not reached')).toHaveLength(9)
  })
})

describe('endpoint', () => {
  async function at(difference: Record<string, string>, args: readonly string[] = []) {
    const { env } = await stage()
    const said = await consult({ ...env, ...difference }, args)
    return { ...said, cause: said.step('endpoint')?.cause, culpritAndCode: [said.culprit, said.code] }
  }

  test('no region', async () => {
    const { culpritAndCode, cause } = await at({ AWS_REGION: '' })
    expect(culpritAndCode).toEqual(['endpoint', 2])
    expect(cause).toMatch(/^No region is named/)
  })

  test.each<[Record<string, string>, string]>([
    [{ AWS_REGION: 'aws-global' }, 'export AWS_REGION=eu-central-1'],
    [{ AWS_ENDPOINT_URL: 'https://sts.amazonaws.com' }, 'unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_STS'],
  ])('the global one: %j', async (difference, command) => {
    const { culpritAndCode, cause, step } = await at(difference)
    expect(step('endpoint')?.command).toBe(command)
    expect(culpritAndCode).toEqual(['endpoint', 1])
    expect(cause).toBe('The global endpoint of STS has no GetWebIdentityToken: it answers InvalidAction.')
  })

  test.each<[Record<string, string>, RegExp]>([
    [{ AWS_REGION: 'EU Central' }, /^The region must be the name of an AWS region/],
    [{ AWS_ENDPOINT_URL: 'localhost:4566' }, /^The endpoint URL must be /],
  ])('what can be none: %j', async (difference, sentence) => {
    const { culpritAndCode, cause } = await at(difference)
    expect(culpritAndCode).toEqual(['endpoint', 2])
    expect(cause).toMatch(sentence)
  })

  test('a port on which nobody listens', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`
    const { culpritAndCode, step } = await at({}, ['--endpoint-url', url])
    expect(culpritAndCode).toEqual(['endpoint', 4])
    expect(step('endpoint')?.cause).toContain('ECONNREFUSED')
    expect(step('endpoint')?.command).toBe(`curl --verbose ${url}/`)
  })

  test('a region that is mistyped, so that there is no such host', async () => {
    const { culpritAndCode, step } = await at({ AWS_ENDPOINT_URL: 'http://sts.eu-centrall-1.invalid' })
    expect(culpritAndCode).toEqual(['endpoint', 4])
    expect(step('endpoint')?.cause).toMatch(/ENOTFOUND|EAI_AGAIN/)
    expect(step('endpoint')?.remedy).toContain('eu-central-1')
  })

  test('a proxy that answers in the place of STS', async () => {
    const { env } = await stage({ faults: [{ status: 200, body: '<html>Please sign in</html>' }] })
    const { code, culprit, step } = await consult(env)
    expect([culprit, code]).toEqual(['endpoint', 4])
    expect(step('endpoint')?.remedy).toMatch(/^It is not STS that answers there/)
  })

  test('a region that the account has not switched on', async () => {
    const { env } = await stage({ faults: [{ code: 'RegionDisabledException', status: 403 }] })
    const { code, culprit, step } = await consult(env)
    expect([culprit, code]).toEqual(['endpoint', 1])
    expect(step('endpoint')?.command).toBe('aws account enable-region --region-name eu-central-1')
  })
})

describe('clock', () => {
  test.each([
    [7, '7 min behind'],
    [90, '1 h 30 min behind'],
    [-20, '20 min ahead of'],
  ])('%d minutes, of which everything else is still told', async (minutes, words) => {
    const { env } = await stage({ now: () => Date.now() + minutes * 60_000 })
    const { code, culprit, step, results } = await consult(env)
    expect([culprit, code]).toEqual(['clock', 1])
    // A second may pass between the two.
    expect(step('clock')?.cause?.replace(/ (?:1|59) s\b/, '')).toMatch(
      new RegExp(`^The clock of this machine is (?:${words}|.* min (?:behind|ahead of)) that of AWS\\.$`),
    )
    expect(results('failed')).toEqual(['clock'])
    expect(results('not reached')).toEqual([])
  })
})

describe('caller', () => {
  test.each<[string, Record<string, string>, string]>([
    ['the secret of another key', { AWS_SECRET_ACCESS_KEY: 'another' }, 'SignatureDoesNotMatch: '],
    ['a key that AWS does not know', { AWS_ACCESS_KEY_ID: 'AKIANOBODY' }, 'InvalidClientTokenId: '],
    ['a session token that is not of these keys', { AWS_SESSION_TOKEN: 'other' }, 'InvalidClientTokenId: '],
  ])('%s', async (_, difference, cause) => {
    const { env } = await stage()
    const { code, culprit, step } = await consult({ ...env, ...difference })
    expect([culprit, code]).toEqual(['caller', 3])
    expect(step('caller')?.cause).toContain(cause)
    expect(step('caller')?.remedy).toMatch(/^[A-Z].*\.$/)
  })

  test('a session that is over', async () => {
    const { env } = await stage({ principals: [sessionOf(-60)] })
    const { code, culprit, step } = await consult(env)
    expect([culprit, code]).toEqual(['caller', 3])
    expect(step('caller')?.cause).toMatch(/^ExpiredToken/)
  })

  test('a session of GetFederationToken', async () => {
    const { env, emulator } = await stage()
    const answer = await call(
      emulator,
      { Action: 'GetFederationToken', Name: 'Bob' },
      { signedAt: Date.now(), credentials: user },
    )
    const { code, culprit, step } = await consult({
      ...env,
      AWS_ACCESS_KEY_ID: answer.text('AccessKeyId') ?? '',
      AWS_SECRET_ACCESS_KEY: answer.text('SecretAccessKey') ?? '',
      AWS_SESSION_TOKEN: answer.text('SessionToken') ?? '',
    })
    expect(step('caller')?.cause).toContain('is a session of GetFederationToken')
    expect([culprit, code]).toEqual(['caller', 3])
  })
})

describe('federation', () => {
  test('off: it says how to switch it on, and whether the permission is there', async () => {
    const { env, url } = await stage({ federationEnabled: false })
    const { code, culprit, step, results } = await consult(env, ['--endpoint-url', url])
    expect([culprit, code]).toEqual(['federation', 1])
    expect(step('federation')?.command).toBe(`aws-web-identity enable --endpoint-url ${url}`)
    expect(step('permission')?.result).toBe('ok')
    expect(results('failed')).toEqual(['federation'])
  })

  test('not told to the caller: a warning, and nothing is wrong', async () => {
    const { env } = await stage({ principals: [withPolicy(['sts:GetWebIdentityToken'])] })
    const { code, culprit, step } = await consult(env)
    expect([culprit, code]).toEqual([null, 0])
    expect(step('federation')).toMatchObject({ result: 'warning', cause: expect.stringContaining('iam:Get') })
  })

  test('off, and not told to the caller: it shows as the token is asked for', async () => {
    const principals = [withPolicy(['sts:GetWebIdentityToken'])]
    const { env } = await stage({ principals, federationEnabled: false })
    const { code, culprit, step } = await consult(env)
    expect([culprit, code]).toEqual(['mint', 1])
    expect(step('mint')?.command).toBe('aws-web-identity enable')
  })
})

test('federation: an IAM that does not answer is no matter of permission', async () => {
  const { env } = await stage({}, async (request, answer) =>
    (await request.clone().text()).includes('OutboundWebIdentity')
      ? new Response('<html>Please wait</html>', { status: 503 })
      : answer(),
  )
  const { code, step } = await consult(env)
  expect(code).toBe(0)
  expect(step('federation')?.remedy).toBe(
    'It will show as a token is asked for. To be told, ask IAM again a moment later.',
  )
})

describe('permission', () => {
  test('none: the policy that it names is the remedy', async () => {
    const { env } = await stage({ principals: [withPolicy(['iam:*'])] })
    const { code, culprit, step } = await consult(env, ['--tag', 'team=web apps'])
    expect([culprit, code]).toEqual(['permission', 1])
    expect(step('permission')?.cause).toContain(
      'no identity-based policy allows the sts:GetWebIdentityToken action',
    )
    const command = step('permission')?.command ?? ''
    expect(command).toBe(
      `aws-web-identity policy --audience ${audience} --algorithm ES384 --max-duration 300 --tag 'team=web apps' --account ${account}`,
    )
    const words = command.match(/'[^']*'|\S+/g)?.map((word) => word.replaceAll("'", '')) ?? []
    const { out } = await finished(words.slice(1))
    const cured = await stage({ principals: [{ ...user, policies: { cure: JSON.parse(out) } }] })
    expect((await consult(cured.env, ['--tag', 'team=web apps'])).culprit).toBeNull()
  })

  test('for the token, but not for its tags', async () => {
    const { env } = await stage({ principals: [withPolicy(['iam:*', 'sts:GetWebIdentityToken'])] })
    const { culprit, step } = await consult(env, ['--tag', 'team=web'])
    expect(culprit).toBe('permission')
    expect(step('permission')?.remedy).toMatch(/^Tags need a permission of their own\. /)
    expect(step('permission')?.command).toContain(' --tag team=web ')
    expect((await consult(env)).culprit).toBeNull()
  })

  test('denied: no policy that allows would help', async () => {
    const { env } = await stage({
      principals: [
        {
          ...user,
          policies: {
            all: statement('Allow', ['*']),
            no: statement('Deny', ['sts:GetWebIdentityToken']),
          },
        },
      ],
    })
    const { culprit, step } = await consult(env)
    expect(culprit).toBe('permission')
    expect(step('permission')).not.toHaveProperty('command')
    expect(step('permission')?.remedy).toMatch(/^No Allow overrides it/)
  })

  test('a boundary that does not allow it is named', async () => {
    const { env } = await stage({
      principals: [{ ...user, permissionsBoundary: statement('Allow', ['iam:*']) }],
    })
    expect((await consult(env)).step('permission')?.remedy).toContain(
      'Have the permissions boundary allow it',
    )
  })

  test('none, and a session that is too short besides: AWS is asked all the same', async () => {
    const session = sessionOf(600)
    const { env } = await stage({ principals: [{ ...session, policies: {} }] })
    const { culprit, results } = await consult(
      { ...env, AWS_CREDENTIAL_EXPIRATION: session.sessionExpiration.toISOString() },
      ['--duration', '15m'],
    )
    expect(culprit).toBe('permission')
    expect(results('not reached')).toEqual(['mint', 'discovery', 'keys', 'verification'])
  })

  test('STS that breaks off is no matter of permission', async () => {
    const { env } = await stage({ faults: [{ operation: 'GetWebIdentityToken', close: 'before' }] })
    const { code, culprit } = await consult(env)
    expect([culprit, code]).toEqual(['permission', 4])
  })
})

describe('the command that it names can be pasted', () => {
  // As a shell reads it, which takes no notice of what stands between quotation marks.
  const wordsOf = (command = '') =>
    execFileSync('sh', ['-c', `set -- ${command}; printf '%s\\0' "$@"`], { encoding: 'utf8' })
      .split('\0')
      .slice(1, -1)

  test('be there values that begin with a hyphen, or that a shell would run', async () => {
    const { env } = await stage({ principals: [withPolicy(['iam:*'])] })
    const { step } = await consult(env, ['--audience=-x', '--audience', "it's $(id)", '--tag=-k=v'])
    const { code, out } = await finished(wordsOf(step('permission')?.command))
    expect(code).toBe(0)
    expect(JSON.parse(out).Statement[0].Condition['ForAllValues:StringEquals']).toEqual({
      'sts:IdentityTokenAudience': [audience, '-x', "it's $(id)"],
    })
  })

  test('in a partition of its own, whichever way the region was named', async () => {
    const { env } = await stage({ principals: [withPolicy(['iam:*'])] })
    const { step } = await consult({ ...env, AWS_REGION: 'cn-north-1' })
    const { out } = await finished(wordsOf(step('permission')?.command))
    expect(JSON.parse(out).Statement[0].Resource).toBe(`arn:aws-cn:sts::${account}:self`)
  })

  test('for the same caller at the same place', async () => {
    const { env, url } = await stage()
    const elsewhere = { ...env, AWS_SECRET_ACCESS_KEY: 'another', AWS_ENDPOINT_URL: '' }
    const { step } = await consult(elsewhere, ['--endpoint-url', url, '--region', 'us-west-2'])
    expect(step('caller')?.command).toBe(
      `aws sts get-caller-identity --region us-west-2 --endpoint-url ${url}`,
    )
    const { step: ofProfile } = await consult(env, ['--profile', "it's $(id)"])
    expect(ofProfile('credentials')?.command).toBe(
      `eval "$(aws configure export-credentials --profile 'it'\\''s $(id)' --format env)"`,
    )
    expect(ofProfile('credentials')?.cause).not.toContain('--profile it')
  })

  test('with the tags that were asked for', async () => {
    const { env } = await stage({ principals: [sessionOf(600)] })
    const { step } = await consult(env, ['--duration', '15m', '--tag', 'team=web apps'])
    expect(wordsOf(step('mint')?.command)).toContain('team=web apps')
  })
})

describe('mint', () => {
  test('a session that is too short, at an STS that answers no more: it is the session all the same', async () => {
    let asked = 0
    const { env } = await stage({ principals: [sessionOf(600)] }, async (request, answer) => {
      const isMint = (await request.clone().text()).includes('Action=GetWebIdentityToken')
      if (isMint) asked += 1
      return asked > 1 && isMint ? new Response('<html>Please wait</html>') : answer()
    })
    const { code, culprit, step, err } = await consult(env, ['--duration', '15m'])
    expect({ code, culprit, err }).toEqual({ code: 1, culprit: 'mint', err: '' })
    expect(step('mint')?.remedy).toMatch(/^Get credentials with a longer session/)
  })

  test('a session that is too short: the longest token is found', async () => {
    const { env } = await stage({ principals: [sessionOf(600)] })
    const { code, culprit, step } = await consult(env, ['--duration', '15m'])
    expect([culprit, code]).toEqual(['mint', 1])
    expect(step('mint')?.cause).toContain('has no 900 s left')
    const [, longest] = / --duration (\d+)$/.exec(step('mint')?.command ?? '') ?? []
    // The rest of the test takes its time as well.
    expect(Number(longest)).toBeGreaterThan(500)
    expect(Number(longest)).toBeLessThan(600)
  })

  test('an account that asks for too much at once', async () => {
    const { env } = await stage({
      faults: [{ operation: 'GetWebIdentityToken', code: 'Throttling', status: 400, times: 9 }],
    })
    const { code, culprit, step } = await consult(env)
    expect([culprit, code]).toEqual(['mint', 1])
    expect(step('permission')).toMatchObject({
      result: 'warning',
      cause: expect.stringMatching(/^STS has not judged it: /),
    })
    expect(step('mint')?.remedy).toMatch(/try again a moment later\.$/)
  })

  test('a session with less than a minute left', async () => {
    const { env } = await stage({ principals: [sessionOf(50)] })
    const { culprit, step } = await consult(env)
    expect(culprit).toBe('mint')
    expect(step('mint')?.remedy).toMatch(/^It has less than a minute left/)
    expect(step('mint')).not.toHaveProperty('command')
  })

  test('claims that are too long', async () => {
    const { env } = await stage()
    const long = Array.from({ length: 9 }, (_, index) => ['--audience', `${index}${'é'.repeat(999)}`]).flat()
    const { culprit, step } = await consult(env, long)
    expect(culprit).toBe('mint')
    expect(step('mint')?.remedy).toBe('Ask for fewer or shorter audiences and tags.')
  })

  test('federation that was switched on a moment ago', async () => {
    const { env } = await stage({ faults: [{ operation: 'GetWebIdentityToken', code: 'InternalFailure' }] })
    const { culprit, step } = await consult(env)
    expect(culprit).toBe('mint')
    expect(step('mint')?.remedy).toContain('ten seconds after federation was switched on')
  })
})

describe('discovery, keys, verification', () => {
  const isDiscovery = ({ url }: Request) => url.endsWith('/.well-known/openid-configuration')
  const isKeys = ({ url }: Request) => url.endsWith('/.well-known/jwks.json')

  test.each<[string, () => Response, RegExp]>([
    ['not there', () => new Response('no', { status: 404 }), /answers with HTTP 404\.$/],
    ['a page', () => new Response('<html>'), /answers with something that is no JSON\.$/],
    [
      'somebody else’s',
      () => Response.json({ issuer: 'https://example.com' }),
      /is that of another issuer\.$/,
    ],
    ['elsewhere', () => Response.redirect('https://example.com/', 302), /answers with HTTP 302\.$/],
  ])('discovery: %s', async (_, response, cause) => {
    const { env } = await stage({}, async (request, answer) => (isDiscovery(request) ? response() : answer()))
    const { code, culprit, step, results } = await consult(env)
    expect([culprit, code]).toEqual(['discovery', 4])
    expect(step('discovery')?.cause).toMatch(cause)
    expect(results('not reached')).toEqual(['keys', 'verification'])
  })

  test('discovery that names keys on another host', async () => {
    const { env } = await stage({}, async (request, answer) => {
      if (!isDiscovery(request)) return answer()
      const document = (await (await answer()).json()) as object
      return Response.json({ ...document, jwks_uri: 'https://example.com/keys' })
    })
    const { culprit, step } = await consult(env)
    expect(culprit).toBe('discovery')
    expect(step('discovery')?.cause).toContain('jwks_uri')
  })

  test.each<[string, () => Response, number, RegExp]>([
    ['none', () => new Response('no', { status: 503 }), 4, /answers with HTTP 503\.$/],
    ['no list', () => Response.json({}), 4, /holds no list of keys\.$/],
    [
      'none of that name',
      () => Response.json({ keys: [{ kid: 'RSA_0' }] }),
      1,
      /^The key of the token, EC384_0, is not published: there is RSA_0\.$/,
    ],
  ])('keys: %s', async (_, response, exitCode, cause) => {
    const { env } = await stage({}, async (request, answer) => (isKeys(request) ? response() : answer()))
    const { code, culprit, step } = await consult(env)
    expect([culprit, code]).toEqual(['keys', exitCode])
    expect(step('keys')?.cause).toMatch(cause)
  })

  test('verification: keys of that name, but somebody else’s', async () => {
    const other = createEmulator()
    const { env } = await stage({}, async (request, answer) =>
      isKeys(request) ? other.fetch(`${other.issuer}/.well-known/jwks.json`) : answer(),
    )
    const { code, culprit, step } = await consult(env)
    expect([culprit, code]).toEqual(['verification', 1])
    expect(step('verification')?.remedy).toMatch(/^The published keys are none of the issuer that signed/)
  })
})

describe('a relying party', () => {
  const entra = [
    ...['--preset', 'entra', '--tenant', 'contoso.onmicrosoft.com'],
    ...['--client-id', '66666666-7777-4888-9999-000000000000'],
    ...['--scope', 'https://graph.microsoft.com/.default'],
  ]

  test('its preset says which token is asked for', async () => {
    const { env, emulator } = await stage()
    const { code, out } = await finished(['doctor', ...entra, '--json'], env)
    expect(code).toBe(0)
    expect(JSON.parse(out).steps.at(-1)).toMatchObject({ name: 'party', result: 'ok' })
    expect(emulator.requests.find(({ token }) => token !== undefined)?.token).toMatchObject({
      header: { alg: 'RS256' },
      claims: { aud: 'api://AzureADTokenExchange' },
    })
  })

  test('that refuses the algorithm, so that no exchange is tried', async () => {
    const { env } = await stage()
    const { code, out } = await finished(
      ['doctor', ...entra, '--algorithm', 'ES384', '--exchange', '--json'],
      env,
    )
    const { culprit, steps } = JSON.parse(out)
    expect([culprit, code]).toEqual(['party', 1])
    expect(steps.at(-2).cause).toContain('AADSTS5002738')
    expect(steps.at(-2).command).toBe(
      'aws-web-identity token --audience api://AzureADTokenExchange --algorithm RS256',
    )
    expect(steps.at(-1)).toEqual({ name: 'exchange', result: 'not reached' })
  })

  test('whose audience is usually another: a warning, for it may be registered', async () => {
    const { env } = await stage()
    const { code, out } = await finished(
      ['doctor', ...entra, '--audience', 'https://other.example', '--json'],
      env,
    )
    expect(code).toBe(0)
    expect(JSON.parse(out).steps.at(-1)).toMatchObject({
      result: 'warning',
      cause:
        'Microsoft Entra has the audience api://AzureADTokenExchange, and the token is for https://other.example.',
      command: 'aws-web-identity token --audience api://AzureADTokenExchange --algorithm RS256',
    })
  })

  test('whose exchange is tried, and says what it holds against the token', async () => {
    const { env } = await stage()
    const url = await partyThatAnswers(400, {
      error: 'invalid_client',
      error_description: 'AADSTS700212: No matching federated identity record found',
    })
    const args = ['doctor', ...entra, '--token-endpoint', url, '--exchange', '--json']
    const { code, out } = await finished(args, env)
    const { culprit, steps } = JSON.parse(out)
    expect([culprit, code]).toEqual(['exchange', 1])
    expect(steps.at(-1).cause).toContain('AADSTS700212')
    expect(steps.at(-1).remedy).toMatch(/^[A-Z].*\.$/)
    expect(out).not.toContain('eyJ')
  })

  test('whose exchange gives an access token, which is not shown', async () => {
    const { env } = await stage()
    const url = await partyThatAnswers(200, {
      access_token: 'the-access-token',
      token_type: 'Bearer',
      expires_in: 3600,
    })
    const args = ['doctor', ...entra, '--token-endpoint', url, '--exchange']
    const { code, out } = await finished(args, env)
    expect(out).toMatch(/^✓ exchange {6}Microsoft Entra gave an access token, which ends in (?:59 min|1 h)/m)
    expect(out).not.toContain('the-access-token')
    expect(code).toBe(0)
  })

  test('that does not answer', async () => {
    const { env } = await stage()
    const url = `http://127.0.0.1:${await closedPort()}/`
    const args = ['doctor', ...entra, '--token-endpoint', url, '--exchange', '--json']
    const { code, out } = await finished(args, env)
    expect([JSON.parse(out).culprit, code]).toEqual(['exchange', 4])
  })
})

describe('a wrong line is exit code 2', () => {
  test.each<[string[], string]>([
    [['--preset', 'nobody'], 'There is no preset nobody'],
    [['--preset', 'entra'], '--tenant is missing'],
    [['--exchange'], '--exchange needs a relying party: --preset'],
    [['--audience', 'x'.repeat(1001)], '--audience must have 1 to 1000 characters'],
    [['--tag', 'a,b=c'], '--tag must hold letters, digits, spaces and _.:/=+-@ only'],
  ])('%j', async (args, sentence) => {
    const { code, out, err } = await finished(['doctor', ...args])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(sentence)
  })
})

function sessionOf(seconds: number) {
  return {
    arn: `arn:aws:iam::${account}:role/app`,
    accessKeyId: 'ASIAEXAMPLE',
    secretAccessKey: 'session-secret',
    sessionToken: 'session-token',
    sessionExpiration: new Date(Date.now() + seconds * 1000),
  }
}

function withPolicy(actions: readonly string[]) {
  return { ...user, policies: { only: statement('Allow', actions) } }
}

function statement(Effect: 'Allow' | 'Deny', Action: readonly string[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: { Effect, Action, Resource: '*' } }
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  // It listens on a port, not on a pipe.
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function partyThatAnswers(status: number, body: object): Promise<string> {
  const server = createServer((_, outgoing) => {
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.close()
  })
  // It listens on a port, not on a pipe.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
}
