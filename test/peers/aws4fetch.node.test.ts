// aws4fetch's own client, which this package does not use, against the emulator: with a body, with a query string, and
// by a presigned URL.

import { AwsClient } from 'aws4fetch'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmulator } from '../../src/emulator/index.ts'
import { serve } from '../../src/emulator/node.ts'

const emulator = createEmulator()
const client = new AwsClient({ ...emulator.credentials, service: 'sts', region: 'eu-west-1', retries: 0 })
let server: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  server = await serve(emulator)
})
afterAll(() => server.close())

const form = (parameters: Record<string, string>) =>
  new URLSearchParams({ Version: '2011-06-15', ...parameters }).toString()
const mint = form({
  Action: 'GetWebIdentityToken',
  'Audience.member.1': 'https://api.example.com/?a=b&c=d e+f',
  SigningAlgorithm: 'ES384',
  'Tags.member.1.Key': 'team',
  'Tags.member.1.Value': 'a b+c:d/e',
})

/** The claims of the token in a reply that holds one. */
async function claimsIn(response: Response): Promise<object> {
  const text = await response.text()
  return decodeJwt(/<WebIdentityToken>(.*)<\/WebIdentityToken>/.exec(text)?.[1] ?? text)
}

describe('aws4fetch', () => {
  const claims = {
    aud: 'https://api.example.com/?a=b&c=d e+f',
    'https://sts.amazonaws.com/': { source_region: 'eu-west-1', request_tags: { team: 'a b+c:d/e' } },
  }

  test('mints by POST', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
    const response = await client.fetch(server.url, { method: 'POST', headers, body: mint })
    expect(await claimsIn(response)).toMatchObject(claims)
  })

  test('mints by GET, with the signature in a header', async () => {
    expect(await claimsIn(await client.fetch(`${server.url}/?${mint}`))).toMatchObject(claims)
  })

  test('mints by a presigned URL', async () => {
    const signed = await client.sign(`${server.url}/?${mint}`, { aws: { signQuery: true } })
    expect(await claimsIn(await fetch(signed))).toMatchObject(claims)
  })

  test('is refused with another secret, be it in a header or in the URL', async () => {
    const { accessKeyId } = emulator.credentials
    const other = new AwsClient({
      accessKeyId,
      secretAccessKey: 'x',
      service: 'sts',
      region: 'eu-west-1',
      retries: 0,
    })
    for (const signQuery of [false, true]) {
      const response = await other.fetch(`${server.url}/?${mint}`, { aws: { signQuery } })
      expect(response.status).toBe(403)
      expect(await response.text()).toContain('<Code>SignatureDoesNotMatch</Code>')
    }
  })
})
