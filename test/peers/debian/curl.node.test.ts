// Debian's curl with `--aws-sigv4` against the emulator, as in a shell script without any SDK.
// https://curl.se/docs/manpage.html#--aws-sigv4

import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmulator } from '../../../src/emulator/index.ts'
import { serve } from '../../../src/emulator/node.ts'
import { environmentOf } from './environment.ts'
import { run } from './run.ts'

const emulator = createEmulator({
  principals: [
    {
      arn: 'arn:aws:iam::123456789012:user/developer',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    },
    {
      arn: 'arn:aws:iam::123456789012:role/worker',
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      sessionToken: 'session/token+of==',
    },
  ],
})
const { credentials } = emulator
let server: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  server = await serve(emulator)
})
afterAll(() => server.close())

/** The status that curl tells, and the reply that it prints. */
async function curl(args: readonly string[], { accessKeyId, secretAccessKey } = credentials) {
  const { stdout, stderr, exitCode } = await run(
    [
      ...['/usr/bin/curl', '--disable', '--silent', '--show-error', '--write-out', '%{http_code}'],
      ...['--aws-sigv4', 'aws:amz:eu-west-1:sts', '--user', `${accessKeyId}:${secretAccessKey}`],
      ...args,
    ],
    environmentOf({ credentials }),
  )
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
  return { status: stdout.slice(-3), body: stdout.slice(0, -3) }
}

const whoami = 'Action=GetCallerIdentity&Version=2011-06-15'

describe('curl', () => {
  test('mints', async () => {
    const { status, body } = await curl([
      ...['--data', 'Action=GetWebIdentityToken&Version=2011-06-15&SigningAlgorithm=RS256'],
      ...['--data-urlencode', 'Audience.member.1=https://api.example.com/?a=b c+d'],
      ...['--data', 'Tags.member.1.Key=team', '--data-urlencode', 'Tags.member.1.Value=a b+c', server.url],
    ])
    expect(status).toBe('200')
    expect(decodeJwt(/<WebIdentityToken>(.*)<\/WebIdentityToken>/.exec(body)?.[1] ?? '')).toMatchObject({
      aud: 'https://api.example.com/?a=b c+d',
      'https://sts.amazonaws.com/': { source_region: 'eu-west-1', request_tags: { team: 'a b+c' } },
    })
  })

  test('says who calls, by POST and by GET', async () => {
    const answer = {
      status: '200',
      body: expect.stringContaining('<Arn>arn:aws:iam::123456789012:user/developer</Arn>'),
    }
    expect(await curl(['--data', whoami, server.url])).toEqual(answer)
    expect(await curl([`${server.url}/?${whoami}`])).toEqual(answer)
  })

  test('says who calls with a session token, and not without it', async () => {
    const session = { ...credentials, accessKeyId: 'ASIAIOSFODNN7EXAMPLE' }
    const header = ['--header', 'x-amz-security-token: session/token+of==']
    expect(await curl([...header, '--data', whoami, server.url], session)).toEqual({
      status: '200',
      body: expect.stringContaining('<Arn>arn:aws:sts::123456789012:assumed-role/worker/emulator</Arn>'),
    })
    expect(await curl(['--data', whoami, server.url], session)).toEqual({
      status: '403',
      body: expect.stringContaining('<Code>InvalidClientTokenId</Code>'),
    })
  })

  test("is refused in AWS's words with another secret, another region and another service", async () => {
    const refused = async (args: string[], caller = credentials) => {
      const { status, body } = await curl(args, caller)
      return [status, ...(/<Code>(.*)<\/Code><Message>(.*)<\/Message>/.exec(body)?.slice(1) ?? [body])]
    }
    expect(await refused(['--data', whoami, server.url], { ...credentials, secretAccessKey: 'x' })).toEqual([
      '403',
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    ])
    // It sends this host's name to loopback.
    const { port } = new URL(server.url)
    const named = ['--connect-to', `sts.us-east-1.amazonaws.com:80:127.0.0.1:${port}`, '--data', whoami]
    expect(await refused([...named, 'http://sts.us-east-1.amazonaws.com'])).toEqual([
      '403',
      'SignatureDoesNotMatch',
      'Credential should be scoped to a valid region. ',
    ])
    expect(await refused(['--aws-sigv4', 'aws:amz:eu-west-1:s3', '--data', whoami, server.url])).toEqual([
      '403',
      'SignatureDoesNotMatch',
      "Credential should be scoped to correct service: 'sts'. ",
    ])
  })
})
