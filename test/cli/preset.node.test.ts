import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import { presetMakers } from '../../src/exchange/preset-schemas.ts'
import { known } from '../exchange/parties.ts'
import { serveParties } from '../exchange/party-server.ts'
import { finished, run, temporaryDirectory } from './run-cli.ts'
import { servedEmulator, session } from './served-emulator.ts'

const { tenant, clientId, scope } = known.entra
const entra = ['--preset', 'entra', '--tenant', tenant, '--client-id', clientId, '--scope', scope]

describe('--preset', () => {
  test('asks for what the party takes', async () => {
    const { env } = await servedEmulator()
    const { code, out, err } = await finished(['token', ...entra], env)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(decodeProtectedHeader(out.trim()).alg).toBe('RS256')
    expect(decodeJwt(out.trim()).aud).toBe('api://AzureADTokenExchange')
  })

  test('leaves to the line what it says besides', async () => {
    const { env } = await servedEmulator()
    const args = ['--audience', 'api://Other', '--duration', '15m', '--tag', 'team=web']
    const { aud, exp, iat } = decodeJwt((await finished(['token', ...entra, ...args], env)).out.trim())
    expect({ aud, lifetime: Number(exp) - Number(iat) }).toEqual({ aud: 'api://Other', lifetime: 900 })
  })

  test('of each party tells its options in the help, and its name completes', async () => {
    const { out: help } = await finished(['token', '--help'])
    const { out: script } = await finished(['completion', 'bash'])
    for (const [name, { entries }] of Object.entries(presetMakers)) {
      const onLine = kebab(name)
      expect(help.replace(/\s+/g, ' ')).toMatch(new RegExp(`--preset NAME .*[( ]${onLine}[,)]`))
      const { out } = await finished(['token', `--preset=${onLine}`, '-h'])
      const own = Object.keys(entries).filter(
        (option) => !['audience', 'signingAlgorithm', 'durationSeconds', 'tags'].includes(option),
      )
      for (const option of own) {
        expect(out).toMatch(new RegExp(`^ {2}--${kebab(option)} [A-Z]+ `, 'm'))
        expect(script).toContain(`'token --${kebab(option)}'`)
      }
      expect(out).not.toMatch(/--(signing-algorithm|duration-seconds|tags) /)
    }
  })

  test('has a number read as one', async () => {
    const { env } = await servedEmulator()
    const google = ['token', '--preset', 'google-cloud', '--provider', known.googleCloud.provider]
    expect((await finished([...google, '--lifetime-seconds', '600'], env)).code).toBe(0)
    const { code, err } = await finished([...google, '--lifetime-seconds', '60'], env)
    expect({ code, err }).toEqual({
      code: 2,
      err: '--lifetime-seconds must be from 600 to 43200: see aws-web-identity token --help.\n',
    })
  })

  test.each<[string[], string]>([
    [['--preset', 'azure'], 'There is no preset azure among anthropic, chainguard, databricks, entra,'],
    [['--preset', 'entre'], 'There is no preset entre; did you mean entra?'],
    [['--preset', 'entra', '--tenant', tenant, '--scope', scope], '--client-id is missing'],
    [[...entra, '--tenant', 'no tenant'], "--tenant must be the tenant's id, a UUID, or one of its domains"],
    [
      [...entra, '--algorithm', 'ES384'],
      '--algorithm must be RS256 for Microsoft Entra: it refuses ES384 with',
    ],
    [[...entra, '--audience', 'a', '--audience', 'b'], 'With --preset there is one --audience at the most'],
    [
      [...entra, '--token-endpoint', 'http://example.com'],
      '--token-endpoint must be https, or http on loopback',
    ],
    [
      ['--exchange', '--audience', 'a', '--algorithm', 'RS256'],
      '--exchange needs a party to trade with, --preset NAME',
    ],
    [
      ['--preset', 'snowflake', '--account', 'org-account', '--exchange'],
      '--exchange has nothing to do: Snowflake takes the token itself',
    ],
    [['--tenant', tenant], 'There is no option --tenant'],
  ])('%j is a usage error', async (args, sentence) => {
    const { env } = await servedEmulator()
    const { code, out, err } = await finished(['token', ...args], env)
    expect(err).toContain(sentence)
    expect(err).toMatch(/[:?] [Ss]ee aws-web-identity token --help\.\n$/)
    expect({ code, out }).toEqual({ code: 2, out: '' })
  })
})

describe('--exchange', () => {
  async function trading(options: Parameters<typeof servedEmulator>[0] = {}) {
    const { emulator, env, secrets } = await servedEmulator(options)
    const server = await serveParties(emulator.issuer)
    onTestFinished(server.close)
    const party = server.parties.entra
    const url = server.at('https://login.microsoftonline.com')
    const args = ['token', ...entra, '--token-endpoint', `${url}/${tenant}/oauth2/v2.0/token`, '--exchange']
    return { env, party, args, secrets }
  }

  test('gives the access token in place of the one of AWS', async () => {
    const { env, args, party } = await trading()
    const { code, out, err } = await finished(args, env)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^access-\d+-x+\n$/)
    expect(party.requests).toHaveLength(1)
    expect(JSON.parse((await finished([...args, '--json'], env)).out)).toMatchObject({
      accessToken: expect.stringMatching(/^access-/),
      tokenType: 'Bearer',
      expiration: expect.stringMatching(/^\d{4}-.*Z$/),
    })
    expect((await finished([...args, '--format', 'curl'], env)).out).toMatch(
      /^header = "Authorization: Bearer access-\d+-x+"\n$/,
    )
  })

  test('what Google’s libraries trade themselves is not traded for them', async () => {
    const { env, args } = await trading()
    const { code, err } = await finished([...args, '--format', 'google'], env)
    expect(code).toBe(2)
    expect(err).toMatch(/^--format google is for the token of AWS/)
  })

  test('--watch keeps the access token fresh', async () => {
    const { env, args } = await trading()
    const file = join(temporaryDirectory(), 'token')
    const watcher = run([...args, '--out', file, '--watch'], env)
    await watcher.untilTold(/ has a token /)
    const first = readFileSync(file, 'utf8')
    expect(first).toMatch(/^access-\d+-x+\n$/)
    watcher.kill('SIGHUP')
    await watcher.untilTold(/(?:.* has a token .*\n){2}/)
    expect(readFileSync(file, 'utf8')).not.toBe(first)
    watcher.kill('SIGTERM')
    expect((await watcher.exited).code).toBe(0)
  })

  test('a party that refuses is told with its remedy, and shows no token', async () => {
    const { env, args, party, secrets } = await trading({ principals: [session] })
    const refusal = () =>
      Response.json(
        {
          error: 'invalid_request',
          error_description: `AADSTS70021: No matching record ${String(party.requests[0]?.parameters['client_assertion'])}`,
        },
        { status: 401 },
      )
    party.answers.push(refusal)
    const { code, out, err } = await finished([...args, '--json'], env)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    const { error } = JSON.parse(err)
    expect(error).toMatchObject({ code: 'invalid_request', exitCode: 1, statusCode: 401 })
    expect(error.remedy).toContain('Wait some minutes if the federated credential is new')
    for (const secret of [...secrets, String(party.requests[0]?.parameters['client_assertion'])]) {
      expect(err).not.toContain(secret)
    }
  })
})

describe('whoami --preset', () => {
  test('tells what to enter at the party', async () => {
    const { emulator, env } = await servedEmulator()
    const { code, out } = await finished(['whoami', ...entra], env)
    expect(code).toBe(0)
    const [, entered = ''] = out.split('To enter at Microsoft Entra:\n\n')
    expect(entered).toContain(`Issuer              ${emulator.issuer}\n`)
    expect(entered).toContain('Subject identifier  arn:aws:iam::123456789012:user/developer\n')
    expect(entered).toContain('Audience            api://AzureADTokenExchange\n')
    expect(JSON.parse((await finished(['whoami', ...entra, '--json'], env)).out).preset).toMatchObject({
      party: 'Microsoft Entra',
      fields: expect.arrayContaining([{ name: 'Issuer', value: emulator.issuer }]),
    })
  })

  test('leaves a gap where the issuer is not known', async () => {
    const { env } = await servedEmulator({ federationEnabled: false })
    expect((await finished(['whoami', ...entra], env)).out).toContain('Issuer              <issuer>\n')
  })
})

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
