import { AwsV4Signer } from 'aws4fetch'
import { describe, expect, test } from 'vitest'
import { createEmulator, type Emulator } from '../../../src/emulator/index.ts'
import { type Answer, basic, type CallOptions, call, flatten, now, send, sign } from '../sts-call.ts'

const clock = { now: () => now }
const whoami = flatten({ Action: 'GetCallerIdentity', Version: '2011-06-15' })
const wrongSignature =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'
const unknownKey = [403, 'InvalidClientTokenId', 'The security token included in the request is invalid.']

const session = {
  arn: 'arn:aws:iam::123456789012:role/outbound/worker',
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'session-token',
  sessionExpiration: new Date(now + 1000),
}

describe('a request without a usable signature', () => {
  test('that has none misses its authentication token', async () => {
    const answer = await changed({}, (headers) => headers.delete('authorization'))
    expect(verdict(answer)).toEqual([
      403,
      'MissingAuthenticationToken',
      'Request is missing Authentication Token',
    ])
    expect(answer.text('Type')).toBe('Sender')
  })

  test.each([
    ['Credential', /Credential=[^,]*, /, "Authorization header requires 'Credential' parameter."],
    ['SignedHeaders', /SignedHeaders=[^,]*, /, "Authorization header requires 'SignedHeaders' parameter."],
    ['Signature', /, Signature=.*/, "Authorization header requires 'Signature' parameter."],
  ])('that lacks its %s is told so', async (_, part, message) => {
    const answer = await rewritten((header) => header.replace(part, ''))
    expect(verdict(answer)).toEqual([400, 'IncompleteSignature', message])
  })

  test('that has another scheme is told all that is missing, and nothing is repeated of it', async () => {
    const answer = await rewritten(() => 'Bearer s3cr3t')
    expect(verdict(answer)).toEqual([
      400,
      'IncompleteSignature',
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.",
    ])
  })

  test('that repeats a parameter is told so, and nothing is repeated of it', async () => {
    const answer = await rewritten(() => 'AWS4-HMAC-SHA256 s3cr3t, s3cr3t')
    expect(verdict(answer)).toEqual([
      400,
      'IncompleteSignature',
      'Authorization header has a parameter more than once.',
    ])
  })

  test('that has no date is told so', async () => {
    const answer = await changed({}, (headers) => headers.delete('x-amz-date'))
    expect(verdict(answer)).toEqual([
      400,
      'IncompleteSignature',
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    ])
  })

  test('that has a date in another format is told so', async () => {
    const answer = await changed({}, (headers) => headers.set('x-amz-date', '2026-09-11T18:35:48Z'))
    expect(verdict(answer)).toEqual([400, 'IncompleteSignature', "Date must be in ISO-8601 'basic format'."])
  })

  test('that has a credential of four parts is told so', async () => {
    const answer = await rewritten((header) => header.replace('/aws4_request', ''))
    expect(verdict(answer)).toEqual([
      400,
      'IncompleteSignature',
      'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.',
    ])
  })

  test('whose scope ends otherwise than in aws4_request is refused', async () => {
    const answer = await rewritten((header) => header.replace('/aws4_request', '/aws5_request'))
    expect(verdict(answer)).toEqual([
      403,
      'SignatureDoesNotMatch',
      "Credential should be scoped with a valid terminator: 'aws4_request'. ",
    ])
  })
})

describe('the signature', () => {
  test('is verified with the secret of its key', async () => {
    const answer = await whoAmI({
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wrong' },
    })
    expect(verdict(answer)).toEqual([403, 'SignatureDoesNotMatch', wrongSignature])
  })

  test('covers the body', async () => {
    const emulator = createEmulator(clock)
    const { url, headers } = await sign(emulator, whoami)
    const answer = await send(
      emulator,
      new Request(url, { method: 'POST', headers, body: `${whoami}&More=1` }),
    )
    expect(verdict(answer)).toEqual([403, 'SignatureDoesNotMatch', wrongSignature])
  })

  test.each(['UNSIGNED-PAYLOAD', '0'.repeat(64)])('does not let %s stand for the body', async (hash) => {
    const headers = { 'x-amz-content-sha256': hash }
    expect(verdict(await whoAmI({ headers }))).toEqual([403, 'SignatureDoesNotMatch', wrongSignature])
  })

  test('does not let the header lie about the body, though the body itself is signed', async () => {
    const bodyHash = await sha256(whoami)
    const truthful = await whoAmIWithHashes(bodyHash, bodyHash)
    const lying = await whoAmIWithHashes('0'.repeat(64), bodyHash)
    expect([truthful.status, ...verdict(lying)]).toEqual([200, 403, 'SignatureDoesNotMatch', wrongSignature])
  })

  test('covers every header that it names', async () => {
    const headers = { 'x-amz-user-agent': 'one  two', 'amz-sdk-request': 'attempt=1' }
    expect((await whoAmI({ headers })).status).toBe(200)
    const answer = await changed({ headers }, (received) => received.set('amz-sdk-request', 'attempt=2'))
    expect(verdict(answer)).toEqual([403, 'SignatureDoesNotMatch', wrongSignature])
  })

  test('must name the host', async () => {
    const answer = await rewritten((header) => header.replace('SignedHeaders=host;', 'SignedHeaders='))
    expect(verdict(answer)).toEqual([
      403,
      'SignatureDoesNotMatch',
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    ])
  })

  test('must name every header that begins with x-amz-', async () => {
    const answer = await changed({}, (headers) => headers.set('x-amz-extra', '1'))
    expect(verdict(answer)).toEqual([
      403,
      'SignatureDoesNotMatch',
      "'x-amz-extra' must be a 'SignedHeader' in the AWS Authorization.",
    ])
  })

  test('may stand in the query string of a GET, presigned', async () => {
    const emulator = createEmulator(clock)
    const url = `${emulator.endpoint}/?${whoami}&X-Amz-Expires=60`
    const signer = new AwsV4Signer({
      ...emulator.credentials,
      url,
      service: 'sts',
      region: 'us-east-1',
      datetime: basic(now),
      signQuery: true,
    })
    const signed = await signer.sign()
    expect((await emulator.fetch(signed.url)).status).toBe(200)

    const late = createEmulator({ now: () => now + 61_000 })
    expect(await (await late.fetch(signed.url)).text()).toContain(
      'Signature expired: 20260911T183548Z is now earlier than 20260911T183549Z (20260911T183649Z - 1 min.)',
    )
  })
})

describe('the clock', () => {
  const serverTime = Date.parse('2011-09-09T23:51:00Z')

  test.each([
    ['15 minutes late', -900_000, 200],
    ['15 minutes early', 900_000, 200],
    ['a second more than 15 minutes late', -901_000, 403],
    ['a second more than 15 minutes early', 901_000, 403],
  ])('%s', async (_, skew, status) => {
    const answer = await whoAmI({ signedAt: serverTime + skew }, createEmulator({ now: () => serverTime }))
    expect(answer.status).toBe(status)
  })

  test('the refusal of an old signature tells the server’s time', async () => {
    const signedAt = Date.parse('2011-09-09T00:00:00Z')
    const answer = await whoAmI({ signedAt }, createEmulator({ now: () => serverTime }))
    expect(verdict(answer)).toEqual([
      403,
      'SignatureDoesNotMatch',
      'Signature expired: 20110909T000000Z is now earlier than 20110909T233600Z (20110909T235100Z - 15 min.)',
    ])
    expect(answer.headers.get('date')).toBe('Fri, 09 Sep 2011 23:51:00 GMT')
  })

  test('the refusal of a signature from the future tells it too', async () => {
    const signedAt = Date.parse('2011-09-09T23:52:00Z')
    const answer = await whoAmI(
      { signedAt },
      createEmulator({ now: () => Date.parse('2011-09-09T23:36:00Z') }),
    )
    expect(verdict(answer)).toEqual([
      403,
      'SignatureDoesNotMatch',
      'Signature not yet current: 20110909T235200Z is still later than 20110909T235100Z (20110909T233600Z + 15 min.)',
    ])
  })
})

describe('the scope', () => {
  test('must have the region of the host', async () => {
    const answer = await whoAmI({ region: 'eu-west-1' })
    expect(verdict(answer)).toEqual([
      403,
      'SignatureDoesNotMatch',
      'Credential should be scoped to a valid region. ',
    ])
  })

  test.each([
    ['https://sts.eu-west-1.amazonaws.com/', 'eu-west-1'],
    ['https://sts-fips.us-east-2.amazonaws.com/', 'us-east-2'],
    ['https://sts.us-gov-west-1.api.aws/', 'us-gov-west-1'],
    ['https://sts.cn-north-1.amazonaws.com.cn/', 'cn-north-1'],
    ['https://sts.amazonaws.com/', 'us-east-1'],
    ['http://127.0.0.1:4566/', 'mars-north-1'],
  ])('at %s is %s', async (url, region) => {
    expect((await whoAmI({ url, region })).status).toBe(200)
  })

  test.each(['https://sts.cn-north-1.amazonaws.com.cn/', 'https://sts.amazonaws.com/'])(
    'at %s is not us-west-2',
    async (url) => {
      expect((await whoAmI({ url, region: 'us-west-2' })).status).toBe(403)
    },
  )

  test('must have a region that could be part of a host where the host names none', async () => {
    const answer = await whoAmI({ url: 'http://127.0.0.1:4566/', region: 'a.b' })
    expect(verdict(answer)).toEqual([
      403,
      'SignatureDoesNotMatch',
      'Credential should be scoped to a valid region. ',
    ])
  })

  test('must have the service sts', async () => {
    const answer = await whoAmI({ service: 'iam' })
    expect(verdict(answer)).toEqual([
      403,
      'SignatureDoesNotMatch',
      "Credential should be scoped to correct service: 'sts'. ",
    ])
  })

  test('must have the day of the signature', async () => {
    const answer = await rewritten((header) => header.replace('/20260911/', '/20260912/'))
    expect(verdict(answer)).toEqual([
      403,
      'SignatureDoesNotMatch',
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260912' != '20260911', from '20260911T183548Z'.",
    ])
  })
})

describe('the key and its session', () => {
  test('a key that nobody has is refused', async () => {
    const answer = await whoAmI({ credentials: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'secret' } })
    expect(verdict(answer)).toEqual(unknownKey)
  })

  test('a session token for a long-term key is refused', async () => {
    const { credentials } = createEmulator()
    const answer = await whoAmI({ credentials: { ...credentials, sessionToken: 'foreign' } })
    expect(verdict(answer)).toEqual(unknownKey)
  })

  test('a session’s key is refused without its token, and with another', async () => {
    const emulator = createEmulator({ ...clock, principals: [session] })
    const { accessKeyId, secretAccessKey } = session
    expect((await whoAmI({}, emulator)).status).toBe(200)
    expect(verdict(await whoAmI({ credentials: { accessKeyId, secretAccessKey } }, emulator))).toEqual(
      unknownKey,
    )
    const credentials = { ...session, sessionToken: 'session-token2' }
    expect(verdict(await whoAmI({ credentials }, emulator))).toEqual(unknownKey)
  })

  test('a session that has ended is refused', async () => {
    const emulator = createEmulator({ now: () => now + 1000, principals: [session] })
    const answer = await whoAmI({}, emulator)
    expect(verdict(answer)).toEqual([
      403,
      'ExpiredToken',
      'The security token included in the request is expired',
    ])
  })
})

describe('an operation that is not there', () => {
  test.each([
    [
      'an unknown operation',
      { Action: 'GetBucket' },
      'InvalidAction',
      'Could not find operation GetBucket for version 2011-06-15',
    ],
    [
      'the version of IAM',
      { Action: 'GetWebIdentityToken', Version: '2010-05-08' },
      'InvalidAction',
      'Could not find operation GetWebIdentityToken for version 2010-05-08',
    ],
    ['no operation', {}, 'MissingAction', 'The request is missing an action or a required parameter.'],
  ])('%s', async (_, parameters, code, message) => {
    expect(verdict(await call(createEmulator(clock), parameters))).toEqual([400, code, message])
  })
})

function whoAmI(options: CallOptions, emulator: Emulator = createEmulator(clock)): Promise<Answer> {
  return call(emulator, { Action: 'GetCallerIdentity' }, options)
}

// One hash in the header x-amz-content-sha256, another in the last line of the canonical request.
async function whoAmIWithHashes(header: string, canonical: string): Promise<Answer> {
  const emulator = createEmulator(clock)
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-amz-content-sha256': header,
  }
  const url = `${emulator.endpoint}/`
  const signer = new AwsV4Signer({
    ...emulator.credentials,
    url,
    headers,
    body: whoami,
    service: 'sts',
    region: 'us-east-1',
    datetime: basic(now),
  })
  signer.hexBodyHash = async () => canonical
  const signed = await signer.sign()
  return send(emulator, new Request(url, { method: 'POST', headers: signed.headers, body: whoami }))
}

async function sha256(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

// GetCallerIdentity, with its headers changed after it was signed.
async function changed(options: CallOptions, change: (headers: Headers) => void): Promise<Answer> {
  const emulator = createEmulator(clock)
  const { url, headers } = await sign(emulator, whoami, options)
  change(headers)
  return send(emulator, new Request(url, { method: 'POST', headers, body: whoami }))
}

function rewritten(rewrite: (authorization: string) => string): Promise<Answer> {
  return changed({}, (headers) => headers.set('authorization', rewrite(headers.get('authorization') ?? '')))
}

function verdict(answer: Answer): unknown[] {
  return [answer.status, answer.text('Code'), answer.text('Message')]
}
