import { createServer } from 'node:net'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { StsClient } from '../../src/index.ts'
import { createVerifier } from '../../src/verify/index.ts'
import { finished, type Run, run, temporaryFile } from './run-cli.ts'

const audience = 'https://api.example.com'

describe('at the start', () => {
  test('it prints what a client needs, and a token that is minted by it verifies', async () => {
    const { emulator, pasted } = await started()
    expect(pasted['AWS_REGION']).toBe('us-east-1')
    expect(emulator.out).toContain('\n  unset AWS_SESSION_TOKEN\n')
    const token = await mint(pasted)
    const [, issuer = ''] = await emulator.until(/issuer +(http:\S+)/)
    const verifier = createVerifier({ audience, issuer })
    expect((await verifier.verify(token)).subject).toBe('arn:aws:iam::123456789012:user/developer')
  })

  test('it prints a session token and quotes what a shell would read', async () => {
    const principal = {
      arn: 'arn:aws:iam::123456789012:role/app',
      accessKeyId: 'ASIAEXAMPLE',
      secretAccessKey: `it's$HOME`,
      sessionToken: 'token==',
    }
    const { emulator } = await started(['--config', config({ principals: [principal] })])
    expect(emulator.out).toContain(`  export AWS_SECRET_ACCESS_KEY='it'\\''s$HOME'\n`)
    expect(emulator.out).toContain('  export AWS_SESSION_TOKEN=token==\n')
    expect(emulator.out).toContain('    -H "x-amz-security-token: $AWS_SESSION_TOKEN" \\\n')
  })

  test('another host than loopback is warned of', async () => {
    const { emulator, pasted } = await started(['--host', '0.0.0.0'])
    expect(pasted['AWS_ENDPOINT_URL']).toMatch(/^http:\/\/127\.0\.0\.1:/)
    expect(emulator.err).toBe(
      'Warning: 0.0.0.0 is no loopback address. Whoever can reach it sees the page and the requests, and the keys are no secret.\n',
    )
  })

  test.each(['127.0.0.1', 'localhost', 'LocalHost', '::1'])('%s is loopback', async (host) => {
    expect((await started(['--host', host])).emulator.err).toBe('')
  })

  test('a port that is taken is one sentence and exit code 1', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    // It listens on a port, not on a pipe.
    const { port } = server.address() as { port: number }
    expect(await finished(['emulator', '--port', String(port)])).toEqual({
      code: 1,
      out: '',
      err: `The emulator can't be served: port ${port} on 127.0.0.1 is taken: choose another, or 0 for any free one.\n`,
    })
    server.close()
  })

  test.each(['192.0.2.1', 'fe80::1', 'none.invalid'])(
    '%s, none of this machine’s, is one sentence',
    async (host) => {
      const { code, err } = await finished(['emulator', '--port', '0', '--host', host])
      expect(err).toBe(`The emulator can't be served: hostname ${host} is no address of this machine.\n`)
      expect(code).toBe(1)
    },
  )
})

describe('of each request it prints a line', () => {
  const policies = {
    outbound: {
      Version: '2012-10-17',
      Statement: [
        { Sid: 'Mint', Effect: 'Allow', Action: 'sts:GetWebIdentityToken', Resource: '*' },
        {
          Sid: 'NoBilling',
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { 'ForAnyValue:StringEquals': { 'sts:IdentityTokenAudience': ['https://billing'] } },
        },
      ],
    },
  }
  const arn = 'arn:aws:iam::123456789012:user/app'
  const principals = [{ arn, accessKeyId: 'AKIAAPP', secretAccessKey: 'secret', policies }]

  test('who asked for what, whether it was allowed, and by which statement', async () => {
    const { emulator, pasted } = await started(['--config', config({ principals })])
    await mint(pasted)
    expect(await line(emulator, 'allowed')).toMatch(
      /^\d\d:\d\d:\d\d {2}user\/app {16}GetWebIdentityToken {3}allowed {2}by outbound, Mint$/,
    )
    await expect(mint(pasted, 'https://billing')).rejects.toThrow('explicit deny')
    expect(await line(emulator, 'NoBilling')).toMatch(
      / {2}user\/app {16}GetWebIdentityToken {3}denied {3}by outbound, NoBilling$/,
    )
    await expect(mint({ ...pasted, AWS_SECRET_ACCESS_KEY: 'other' })).rejects.toThrow('signature')
    expect(await line(emulator, 'SignatureDoesNotMatch')).toMatch(
      / {2}unknown {17}GetWebIdentityToken {3}refused {2}SignatureDoesNotMatch: The request signature/,
    )
  })

  test('a fault on order is told from AWS’s own refusals', async () => {
    const faults = [{ status: 503, times: 1 }]
    const { emulator, pasted } = await started(['--config', config({ faults })])
    await mint(pasted)
    expect(await line(emulator, 'fault')).toMatch(/ {2}fault {4}on order: ServiceUnavailable$/)
  })

  test('what a client sends can’t command the terminal', async () => {
    const { emulator, pasted } = await started()
    const body = new URLSearchParams({ Action: '\u{1b}[2J\n\u{9b}A\u{202e}', Version: '1' })
    await fetch(pasted['AWS_ENDPOINT_URL'] ?? '', { method: 'POST', body })
    expect(await line(emulator, 'InvalidAction')).toContain('  �[2J��A�  ')
    expect(emulator.out).not.toMatch(/[^\P{Cc}\n]|\u{202e}/u)
  })

  test('colours are for terminals, unless they are forced', async () => {
    const plain = await started()
    await mint(plain.pasted)
    await line(plain.emulator, 'allowed')
    expect(plain.emulator.out).not.toContain('\u{1b}')

    const forced = await started([], { FORCE_COLOR: '1', NO_COLOR: '1' })
    await mint(forced.pasted)
    expect(await line(forced.emulator, 'allowed')).toContain('\u{1b}[32mallowed\u{1b}[39m')
  })

  test('--quiet prints none', async () => {
    const { emulator, pasted } = await started(['--quiet'])
    const before = emulator.out
    await mint(pasted)
    emulator.kill('SIGTERM')
    await emulator.exited
    expect(emulator.out).toBe(before)
  })

  test('--json prints an object for the start and for each request', async () => {
    const emulator = run(['emulator', '--port', '0', '--json', '--config', config({ principals })])
    const [text = ''] = await emulator.until(/^.*\n/)
    const start = JSON.parse(text)
    expect(start).toMatchObject({
      event: 'start',
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIAAPP', secretAccessKey: 'secret' },
      page: `${start.endpoint}/`,
    })
    expect(start.issuer.startsWith(`${start.endpoint}/`)).toBe(true)
    const { accessKeyId, secretAccessKey } = start.credentials
    await mint({
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_ENDPOINT_URL: start.endpoint,
    })
    const [, request = ''] = await emulator.until(/^.*\n(.*)\n/)
    expect(JSON.parse(request)).toMatchObject({
      event: 'request',
      operation: 'GetWebIdentityToken',
      callerArn: arn,
      statusCode: 200,
      decisions: [{ allowed: true, policy: 'outbound', statement: 'Mint' }],
    })
  })
})

describe('for programs', () => {
  const order = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '[{"status":503}]' }

  test('--control opens the control path, and says where', async () => {
    const { emulator, pasted } = await started(['--control'])
    const [, control = ''] = await emulator.until(/control +(http:\S+)/)
    expect((await fetch(`${control}faults`, order)).status).toBe(200)
    await fetch(`${pasted['AWS_ENDPOINT_URL']}/?Action=GetCallerIdentity`)
    expect(await line(emulator, 'fault')).toContain('on order: ServiceUnavailable')
  })

  test('without --control there is none', async () => {
    const { pasted } = await started()
    expect((await fetch(`${pasted['AWS_ENDPOINT_URL']}/_emulator/faults`, order)).status).toBe(404)
  })
})

test('the page is where it says', async () => {
  const { emulator } = await started()
  const [, page = ''] = await emulator.until(/page +(http:\S+)/)
  const response = await fetch(page, { headers: { accept: 'text/html' } })
  expect(await response.text()).toContain('<h1>AWS emulator</h1>')
})

describe('it ends', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s with exit code 0', async (signal) => {
    const { emulator, pasted } = await started()
    emulator.kill(signal)
    expect(await emulator.exited).toEqual({ code: 0, signal: null })
    expect(emulator.err).toBe('')
    await expect(fetch(pasted['AWS_ENDPOINT_URL'] ?? '')).rejects.toThrow()
  })
})

async function started(
  args: readonly string[] = [],
  env?: Record<string, string>,
): Promise<{ emulator: Run; pasted: Record<string, string> }> {
  const emulator = run(['emulator', '--port', '0', ...args], env)
  await emulator.until(/Audience\.member\.1.*\n\n/)
  const exports = emulator.out.matchAll(/^ {2}export (\w+)=(\S+)$/gm)
  return { emulator, pasted: Object.fromEntries(Array.from(exports, ([, name, value]) => [name, value])) }
}

async function line(emulator: Run, part: string): Promise<string> {
  const [text] = await emulator.until(new RegExp(`^\\S*\\d\\d:\\d\\d:\\d\\d.*${part}.*$(?=\n)`, 'm'))
  return text
}

async function mint(env: Record<string, string>, aud = audience): Promise<string> {
  const sts = new StsClient({
    region: 'us-east-1',
    endpoint: env['AWS_ENDPOINT_URL'] ?? '',
    credentials: {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  })
  const { webIdentityToken } = await sts.getWebIdentityToken({ audience: [aud], signingAlgorithm: 'ES384' })
  expect(decodeJwt(webIdentityToken).aud).toBe(aud)
  return webIdentityToken
}

function config(options: object): string {
  return temporaryFile('emulator.json', JSON.stringify(options))
}
