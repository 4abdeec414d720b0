import { AwsV4Signer } from 'aws4fetch'
import { describe, expect, test } from 'vitest'
import { createEmulator } from '../../../src/emulator/index.ts'
import { type Answer, basic, call, now, send, sign } from '../sts-call.ts'
import { hex, sha256 } from './hand-signed.ts'
import {
  changed,
  clock,
  mismatch,
  presigned,
  rewritten,
  unknownKey,
  unknownToken,
  verdict,
  whoAmI,
  whoami,
} from './who-am-i.ts'

const session = {
  arn: 'arn:aws:iam::123456789012:role/outbound/worker',
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'session-token',
  sessionExpiration: new Date(now + 1000),
}

describe('the signature', () => {
  test('is verified with the secret of its key', async () => {
    const answer = await whoAmI({
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wrong' },
    })
    expect(verdict(answer)).toEqual(mismatch)
  })

  test('covers the body', async () => {
    const emulator = createEmulator(clock)
    const { url, headers } = await sign(emulator, whoami)
    const answer = await send(
      emulator,
      new Request(url, { method: 'POST', headers, body: `${whoami}&More=1` }),
    )
    expect(verdict(answer)).toEqual(mismatch)
  })

  test.each(['UNSIGNED-PAYLOAD', '0'.repeat(64)])('does not let %s stand for the body', async (hash) => {
    const headers = { 'x-amz-content-sha256': hash }
    expect(verdict(await whoAmI({ headers }))).toEqual(mismatch)
  })

  test('does not let the header lie about the body, though the body itself is signed', async () => {
    const bodyHash = hex(await sha256(whoami))
    const truthful = await whoAmIWithHashes(bodyHash, bodyHash)
    const lying = await whoAmIWithHashes('0'.repeat(64), bodyHash)
    expect([truthful.status, ...verdict(lying)]).toEqual([200, ...mismatch])
  })

  test('covers every header that it names', async () => {
    const headers = { 'x-amz-user-agent': 'one  two', 'amz-sdk-request': 'attempt=1' }
    expect((await whoAmI({ headers })).status).toBe(200)
    const answer = await changed((received) => received.set('amz-sdk-request', 'attempt=2'), { headers })
    expect(verdict(answer)).toEqual(mismatch)
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

  test('must end in aws4_request', async () => {
    const answer = await rewritten((header) => header.replace('/aws4_request', '/aws5_request'))
    expect(verdict(answer)).toEqual([
      403,
      'SignatureDoesNotMatch',
      "Credential should be scoped with a valid terminator: 'aws4_request'. ",
    ])
  })

  test('must have the day of the signature', async () => {
    const answer = await rewritten((header) => header.replace('/20260911/', '/20260912/'))
    expect(verdict(answer)).toEqual([
      403,
      'SignatureDoesNotMatch',
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP. ',
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
    expect(verdict(answer)).toEqual(unknownToken)
  })

  test('a session’s key is refused without its token, and with another', async () => {
    const emulator = createEmulator({ ...clock, principals: [session] })
    const { accessKeyId, secretAccessKey } = session
    expect((await whoAmI({}, emulator)).status).toBe(200)
    expect(verdict(await whoAmI({ credentials: { accessKeyId, secretAccessKey } }, emulator))).toEqual(
      unknownKey,
    )
    const credentials = { ...session, sessionToken: 'session-token2' }
    expect(verdict(await whoAmI({ credentials }, emulator))).toEqual(unknownToken)
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

describe('the date of a signature', () => {
  test.each([
    ['a day', '20260911'],
    ['a day that is not in the calendar', '20260230T183548Z'],
    ['an hour that is not on the clock', '20260911T243648Z'],
    ['another zone', '20260911T183548+0200'],
    ['a fraction', '20260911T183548.279Z'],
    ['lower case', '20260911t183548z'],
    ['a date that only JavaScript knows', 'Sep 11 2026 18:35:48'],
    ['a word', 'now'],
    ['a word of Greenwich', 'now GMT'],
  ])('must not be %s', async (_, date) => {
    const refused = [
      400,
      'IncompleteSignature',
      `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    ]
    expect(verdict(await changed((headers) => headers.set('x-amz-date', date)))).toEqual(refused)
    expect(verdict(await presigned((url) => url.searchParams.set('X-Amz-Date', date)))).toEqual(refused)
  })
})

describe('the credential', () => {
  test.each([
    ['four elements', '/aws4_request', ''],
    ['six elements', '/aws4_request', '/more/aws4_request'],
    ['one element', '/20260911/us-east-1/sts/aws4_request', ''],
  ])('of %s is repeated to whoever sent it', async (_, part, instead) => {
    const credential = 'AKIAIOSFODNN7EXAMPLE/20260911/us-east-1/sts/aws4_request'.replace(part, instead)
    const answer = await rewritten((header) => header.replace(/(?<=Credential=)[^,]*/, credential))
    expect(verdict(answer)).toEqual([
      400,
      'IncompleteSignature',
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    ])
  })

  test.each([
    ['s3cr3t/s3cr3t/20260911/us-east-1/sts/aws4_request', '***/20260911/us-east-1/sts/aws4_request'],
    ['s3cr3t/us-east-1/sts', '***'],
    ['s3cr3t', '***'],
    ['AKIA/a=b', 'AKIA/a=b'],
  ])('as %s is shown as %s', async (credential, shown) => {
    const answer = await rewritten((header) => header.replace(/(?<=Credential=)[^,]*/, credential))
    expect(answer.text('Message')?.split(', got ')[1]).toBe(`'${shown}'`)
  })

  test('that is all wrong is told all of it at once, in AWS’s order', async () => {
    const answer = await rewritten((header) =>
      header.replace(/(?<=Credential=)[^,]*/, 'AKIAIOSFODNN7EXAMPLE/20200101/mars/iam/aws5_request'),
    )
    expect(verdict(answer)).toEqual([
      403,
      'SignatureDoesNotMatch',
      "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'sts'. Credential should be scoped with a valid terminator: 'aws4_request'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP. ",
    ])
  })

  test('may have empty elements, which are then the wrong ones', async () => {
    const answer = await rewritten((header) => header.replace('/us-east-1/sts/', '///'))
    expect(answer.text('Message')).toBe(
      "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'sts'. ",
    )
  })
})

// Each request has this mistake and every one below it, and is told of this one alone.
describe('the order in which mistakes are told', () => {
  const mistakes: [told: string, make: (headers: Headers) => void][] = [
    ['Request is missing Authentication Token', edit((header) => header.replace('AWS4-', 'AWS5-'))],
    ["Unsupported AWS 'algorithm'", edit((header) => header.replace('SHA256', 'SHA512'))],
    ['Invalid key=value pair', edit((header) => `${header}, flag`)],
    [
      "Authorization header requires 'Signature' parameter. Authorization header requires existence",
      (headers) => {
        edit((header) => header.replace('Signature', 'Sign'))(headers)
        headers.delete('x-amz-date')
      },
    ],
    ["'Host' or ':authority'", edit((header) => header.replace('SignedHeaders=host;', 'SignedHeaders='))],
    ["'x-amz-extra' must be", (headers) => headers.set('x-amz-extra', '1')],
    ['Date must be', (headers) => headers.set('x-amz-date', 'now')],
    ['Signature expired', (headers) => headers.set('x-amz-date', '20260911T000000Z')],
    [
      'Credential must have exactly 5',
      edit((header) => header.replace('/aws4_request', '/more/aws4_request')),
    ],
    ['Credential should be scoped to a valid region', edit((header) => header.replace('us-east-1', 'mars'))],
    [
      'The security token included in the request is invalid.',
      edit((header) => header.replace('=AKIA', '=BKIA')),
    ],
    [
      'The request signature we calculated',
      edit((header) => header.replace(/Signature=.*/, `Signature=${'0'.repeat(64)}`)),
    ],
  ]

  test.each(mistakes.map(([told], index) => [told, index] as const))('"%s…"', async (told, index) => {
    const answer = await changed((headers) => {
      for (const [, make] of mistakes.slice(index).reverse()) make(headers)
    })
    expect(answer.text('Message')?.slice(0, told.length)).toBe(told)
  })

  test('a session that has ended is told before its signature is checked', async () => {
    const emulator = createEmulator({ now: () => now + 1000, principals: [session] })
    const answer = await rewritten((header) => header.replace(/.$/, 'g'), {}, emulator)
    expect(answer.text('Code')).toBe('ExpiredToken')
  })

  function edit(rewrite: (header: string) => string): (headers: Headers) => void {
    return (headers) => headers.set('authorization', rewrite(headers.get('authorization') ?? ''))
  }
})

describe('a session', () => {
  const emulator = createEmulator({ ...clock, principals: [session] })

  test('has its token in the query of a presigned URL', async () => {
    expect((await presigned(() => {}, { emulator })).status).toBe(200)
    const answer = await presigned((url) => url.searchParams.delete('X-Amz-Security-Token'), { emulator })
    expect(verdict(answer)).toEqual(unknownKey)
  })

  test('need not have its token signed in a header', async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = session
    const answer = await changed(
      (headers) => headers.set('x-amz-security-token', sessionToken),
      { credentials: { accessKeyId, secretAccessKey } },
      emulator,
    )
    expect(answer.status).toBe(200)
  })
})

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
