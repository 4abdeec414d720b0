import { describe, expect, onTestFinished, test } from 'vitest'
import type { PolicyDocument } from '../../src/emulator/index.ts'
import { serve } from '../../src/emulator/node.ts'
import { finished, run } from './run-cli.ts'
import { inTerminal } from './run-in-terminal.ts'
import { servedEmulator, session } from './served-emulator.ts'

const account = '123456789012'
const off = { federationEnabled: false }

/** Of an endpoint that is not AWS's, whose account is that and whose issuer is no URL. */
async function envOf(accountThere: string): Promise<Record<string, string>> {
  const { env, emulator } = await servedEmulator()
  const reply = (action: string, content: string, namespace: string) =>
    new Response(
      `<${action}Response xmlns="${namespace}"><${action}Result>${content}</${action}Result></${action}Response>`,
      { headers: { 'content-type': 'text/xml' } },
    )
  const { url, close } = await serve({
    servedAt: (address) => emulator.servedAt(address),
    async fetch(input) {
      const action = new URLSearchParams(await new Request(input).text()).get('Action') ?? ''
      return action === 'GetCallerIdentity'
        ? reply(
            action,
            `<Arn>arn:aws:iam::${account}:user/u</Arn><UserId>AIDA</UserId><Account>${accountThere}</Account>`,
            'https://sts.amazonaws.com/doc/2011-06-15/',
          )
        : reply(
            action,
            '<IssuerIdentifier>https://x\u{202e}&#x9b;31m</IssuerIdentifier><JwtVendingEnabled>true</JwtVendingEnabled>',
            'https://iam.amazonaws.com/doc/2010-05-08/',
          )
    },
  })
  onTestFinished(close)
  return { ...env, AWS_ENDPOINT_URL: url }
}

describe('status', () => {
  test('tells whether federation is on, and the issuer', async () => {
    const { emulator, env } = await servedEmulator()
    expect(await finished(['status'], env)).toEqual({
      code: 0,
      out: `Outbound identity federation of account ${account} is on.\nissuer  ${emulator.issuer}\n`,
      err: '',
    })
    expect(JSON.parse((await finished(['status', '--json'], env)).out)).toEqual({
      account,
      enabled: true,
      issuer: emulator.issuer,
      jwtVendingEnabled: true,
    })
  })

  test('off is an answer too', async () => {
    const { env } = await servedEmulator(off)
    const { code, out } = await finished(['status'], env)
    expect({ code, out }).toEqual({
      code: 0,
      out: `Outbound identity federation of account ${account} is off.\nSwitch it on with aws-web-identity enable.\n`,
    })
    expect(JSON.parse((await finished(['status', '--json'], env)).out)).toEqual({
      account,
      enabled: false,
      issuer: null,
      jwtVendingEnabled: false,
    })
  })

  test('an account that is none commands no terminal', async () => {
    const { code, out, err } = await finished(['status'], await envOf('1\u{202e}&#x9b;31m'))
    expect({ code, out, err }).toMatchObject({ code: 0, err: '' })
    expect(out).toContain('account 1��31m is on.')
    expect(out).not.toMatch(/(?!\n)[\p{Cc}\u{202e}]/u)
  })

  test('a caller who may not see it is refused', async () => {
    const { env } = await servedEmulator({ principals: [{ ...session, policies: {} }] })
    const { code, out, err } = await finished(['status'], env)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^AccessDenied: .*iam:GetOutboundWebIdentityFederationInfo.*\n$/)
  })
})

describe('enable', () => {
  test('an issuer that is none commands no terminal', async () => {
    const { code, out } = await finished(['enable', '--yes'], await envOf(account))
    expect(out).toContain(`account ${account} is on now. Its issuer is https://x��31m\n`)
    expect(code).toBe(0)
  })

  test('--yes switches it on and tells the issuer', async () => {
    const { emulator, env } = await servedEmulator(off)
    const { code, out, err } = await finished(['enable', '--yes'], env)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toBe(
      `Outbound identity federation of account ${account} is on now. Its issuer is ${emulator.issuer}\nSTS gives tokens in about ten seconds.\n`,
    )
    expect(JSON.parse((await finished(['enable', '--yes', '--json'], env)).out)).toEqual({
      account,
      issuer: emulator.issuer,
      changed: false,
    })
  })

  test('--wait waits until STS gives tokens', async () => {
    const start = Date.now()
    let ahead = 0
    const { env, emulator } = await servedEmulator({ ...off, now: () => Date.now() + ahead })
    const waiter = run(['enable', '--yes', '--wait', '--json'], env)
    while (!emulator.requests.some(({ operation }) => operation === 'GetWebIdentityToken')) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    ahead = 10_000
    expect(await waiter.exited).toMatchObject({ code: 0 })
    // Whoever asks for JSON reads nothing but JSON.
    expect(waiter.err).toBe('')
    expect(JSON.parse(waiter.out)).toEqual({ account, issuer: emulator.issuer, changed: true, vending: true })
    expect(Date.now() - start).toBeLessThan(9000)
    const [first] = emulator.requests.filter(({ operation }) => operation === 'GetWebIdentityToken')
    expect(first?.errorCode).toBe('OutboundWebIdentityFederationDisabledException')
  })

  test('--wait of a caller who may not mint says that federation is on all the same', async () => {
    const iamAlone: PolicyDocument = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'iam:*', Resource: '*' }],
    }
    const policies = { iamAlone }
    const { env } = await servedEmulator({ principals: [{ ...session, policies }] })
    const { code, err } = await finished(['enable', '--yes', '--wait'], env)
    expect(code).toBe(1)
    expect(err).toMatch(/^Waiting until STS gives tokens …\n/)
    expect(err).toContain('Federation is on, but this caller gets no token for https://example.com, so that')
  })

  test('where nobody can be asked it does nothing without --yes', async () => {
    const { emulator, env } = await servedEmulator(off)
    for (const command of ['enable', 'disable']) {
      expect(await finished([command], env)).toEqual({
        code: 2,
        out: '',
        err: `There is no terminal to ask in: --yes says that it shall be done: see aws-web-identity ${command} --help.\n`,
      })
    }
    expect(switched(emulator)).toEqual([])
  })
})

describe('in a terminal', () => {
  test.each(['y\r', 'YES\r'])('it asks, and %j switches it on', async (answer) => {
    const { emulator, env } = await servedEmulator(off)
    const terminal = inTerminal(['enable'], env)
    await terminal.until(
      /Switch on outbound identity federation for the whole account 123456789012\? \[y\/N\] /,
    )
    terminal.type(answer)
    await terminal.until(/is on now\. Its issuer is /)
    expect(await terminal.exited).toEqual({ code: 0, signal: undefined })
    expect(switched(emulator)).toEqual(['EnableOutboundWebIdentityFederation'])
  })

  test.each([
    ['no', 'n\r'],
    ['nothing', '\r'],
    ['what is no answer', 'yesterday\r'],
    ['Ctrl-C', '\u{3}'],
    ['Ctrl-D', '\u{4}'],
  ])('%s changes nothing', async (_, answer) => {
    const { emulator, env } = await servedEmulator()
    const terminal = inTerminal(['disable'], env)
    await terminal.until(/\[y\/N\] /)
    terminal.type(answer)
    expect(await terminal.exited).toEqual({ code: 1, signal: undefined })
    expect(terminal.seen).toMatch(/\r\nNothing was changed\.\r\n$/)
    expect(switched(emulator)).toEqual([])
  })
})

describe('disable', () => {
  test('--yes switches it off, and once more is no failure', async () => {
    const { env } = await servedEmulator()
    const once = await finished(['disable', '--yes'], env)
    expect(once).toEqual({
      code: 0,
      out: `Outbound identity federation of account ${account} is off now. Tokens that were given stay valid until they end.\n`,
      err: '',
    })
    const twice = await finished(['disable', '--yes'], env)
    expect(twice).toMatchObject({ code: 0, out: expect.stringContaining('was off already.') })
    expect(JSON.parse((await finished(['disable', '--yes', '--json'], env)).out)).toEqual({
      account,
      changed: false,
    })
  })
})

function switched(emulator: Awaited<ReturnType<typeof servedEmulator>>['emulator']): (string | undefined)[] {
  return emulator.requests
    .map(({ operation }) => operation)
    .filter((name) => name?.endsWith('bleOutboundWebIdentityFederation'))
}
