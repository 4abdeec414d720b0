import { describe, expect, test } from 'vitest'
import { claimsOfQuery } from '../../../src/emulator/signature/claims.ts'
import { sha256 } from './hand-signed.ts'
import { changed, mismatch, presigned, rewritten, unknownToken, verdict, whoAmI } from './who-am-i.ts'

const missingToken = [403, 'MissingAuthenticationToken', 'Request is missing Authentication Token']
const secret = 's3cr3t'

describe('a request without a signature', () => {
  test('misses its authentication token', async () => {
    const answer = await changed((headers) => headers.delete('authorization'))
    expect(verdict(answer)).toEqual(missingToken)
    expect(answer.text('Type')).toBe('Sender')
  })

  test.each([
    ['a bearer token', `Bearer ${secret}`],
    ['a password', `Basic ${btoa(`user:${secret}`)}`],
    ['Signature Version 2', `AWS AKIAIOSFODNN7EXAMPLE:${secret}`],
    ['a word', secret],
    ['nothing', ''],
  ])('has one as little where its header holds %s', async (_, authorization) => {
    expect(verdict(await rewritten(() => authorization))).toEqual(missingToken)
  })

  test('has one as little where its query names no algorithm', async () => {
    const answer = await presigned((url) => url.searchParams.delete('X-Amz-Algorithm'))
    expect(verdict(answer)).toEqual(missingToken)
  })

  test.each(['AWS4-ECDSA-P256-SHA256', 'AWS4-HMAC-SHA1', 'aws4-hmac-sha256'])(
    'has one as little where its query names the algorithm %s',
    async (algorithm) => {
      const answer = await presigned((url) => url.searchParams.set('X-Amz-Algorithm', algorithm))
      expect(verdict(answer)).toEqual([403, 'MissingAuthenticationToken', 'Missing Authentication Token'])
    },
  )
})

describe('a signature in the header', () => {
  test.each([
    ['Credential', /Credential=[^,]*, /, "Authorization header requires 'Credential' parameter."],
    ['SignedHeaders', /SignedHeaders=[^,]*, /, "Authorization header requires 'SignedHeaders' parameter."],
    ['Signature', /, Signature=.*/, "Authorization header requires 'Signature' parameter."],
    ['Credential’s value', /(?<=Credential=)[^,]*/, "Authorization header requires 'Credential' parameter."],
    ['Signature’s value', /(?<=Signature=).*/, "Authorization header requires 'Signature' parameter."],
  ])('that lacks its %s is told so, with the hash of the header', async (_, part, message) => {
    let sent = ''
    const answer = await rewritten((header) => {
      sent = header.replace(part, '')
      return sent
    })
    expect(verdict(answer)).toEqual([400, 'IncompleteSignature', `${message} ${await hashed(sent)}`])
  })

  test.each([
    [
      'X-Amz-Date and Date',
      (headers: Headers) => {
        headers.delete('x-amz-date')
        headers.delete('date')
      },
    ],
    ['a value of X-Amz-Date', (headers: Headers) => headers.set('x-amz-date', '')],
  ])('that lacks %s is told so', async (_, change) => {
    let sent = ''
    const answer = await changed((headers) => {
      change(headers)
      sent = headers.get('authorization') ?? ''
    })
    expect(verdict(answer)).toEqual([
      400,
      'IncompleteSignature',
      `Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ${await hashed(sent)}`,
    ])
  })

  test('that lacks everything is told all of it at once, in AWS’s order', async () => {
    const answer = await changed((headers) => {
      headers.set('authorization', 'AWS4-HMAC-SHA256')
      headers.delete('x-amz-date')
    })
    expect(verdict(answer)).toEqual([
      400,
      'IncompleteSignature',
      `Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ${await hashed('AWS4-HMAC-SHA256')}`,
    ])
  })

  test.each([
    ['a parameter without a value', `AWS4-HMAC-SHA256 Credential=a/b, ${secret}`],
    ['a space in the access key id', `AWS4-HMAC-SHA256 Credential= AKIA/20260911/us-east-1/sts/aws4_request`],
    ['a space behind it', `AWS4-HMAC-SHA256 Credential=AKIA /20260911/us-east-1/sts/aws4_request`],
  ])('with %s is told so, and nothing is repeated of it', async (_, header) => {
    const hash = (await hashed(header)).replace(/.*Authorization=/, '')
    const answer = await rewritten(() => header)
    expect(verdict(answer)).toEqual([
      400,
      'IncompleteSignature',
      `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hash}'.`,
    ])
  })

  test.each(['AWS4-ECDSA-P256-SHA256', 'AWS4-HMAC-SHA1', 'AWS4-HMAC-SHA25'])(
    'by the algorithm %s is refused by its name',
    async (algorithm) => {
      const answer = await rewritten((header) => header.replace('AWS4-HMAC-SHA256', algorithm))
      expect(verdict(answer)).toEqual([
        400,
        'IncompleteSignature',
        `Unsupported AWS 'algorithm': '${algorithm}'.`,
      ])
    },
  )

  test('whose algorithm runs into its credential is told so', async () => {
    const answer = await rewritten((header) => header.replace('SHA256 ', 'SHA256'))
    expect(verdict(answer)).toEqual([
      400,
      'IncompleteSignature',
      'Authorization header must begin with the algorithm name, which cannot include an equal-sign.',
    ])
  })

  test.each<[string, (header: string) => string]>([
    ['no space behind its commas', (header) => header.replaceAll(', ', ',')],
    ['no commas', (header) => header.replaceAll(', ', ' ')],
    ['tabs and spaces', (header) => header.replaceAll(', ', ' ,\t ')],
    [
      'its parts in another order',
      (header) => header.replace(/ (Credential.*), (SignedHeaders.*), (Sig.*)/, ' $3, $2, $1'),
    ],
    ['a part that nobody knows', (header) => `${header}, Nonce=1`],
    ['a signature before the right one', (header) => header.replace('SHA256 ', 'SHA256 Signature=0, ')],
    [
      'its signed headers unsorted and in capitals',
      (header) =>
        header.replace(/(?<=SignedHeaders=)[^,]*/, (names) =>
          names.toUpperCase().split(';').reverse().join(';'),
        ),
    ],
    ['a signed header named twice', (header) => header.replace('SignedHeaders=', 'SignedHeaders=host;')],
    [
      'a semicolon behind its signed headers',
      (header) => header.replace(/(?<=SignedHeaders=[^,]*)(?=,)/, ';'),
    ],
    ['a slash behind its credential', (header) => header.replace('/aws4_request', '/aws4_request/')],
  ])('is accepted with %s', async (_, rewrite) => {
    const before = await rewritten((header) => header)
    const after = await rewritten((header) => {
      const otherwise = rewrite(header)
      expect(otherwise).not.toBe(header)
      return otherwise
    })
    expect([before.status, after.status]).toEqual([200, 200])
  })

  test('is the last one of two', async () => {
    expect(verdict(await rewritten((header) => `${header}, Signature=${'0'.repeat(64)}`))).toEqual(mismatch)
  })

  test.each([
    ['capitals', (digits: string) => digits.toUpperCase()],
    ['a digit less', (digits: string) => digits.slice(1)],
    ['a digit more', (digits: string) => `${digits}0`],
  ])('with %s in its digits does not match', async (_, change) => {
    const answer = await rewritten((header) => header.replace(/(?<=Signature=).*/, change))
    expect(verdict(answer)).toEqual(mismatch)
  })
})

describe('a signature in the query string', () => {
  test.each(['Credential', 'Signature', 'SignedHeaders', 'Date'])(
    'that lacks X-Amz-%s is told so',
    async (part) => {
      const message = [
        400,
        'IncompleteSignature',
        `AWS query-string parameters must include 'X-Amz-${part}'. Re-examine the query-string parameters.`,
      ]
      expect(verdict(await presigned((url) => url.searchParams.delete(`X-Amz-${part}`)))).toEqual(message)
      expect(verdict(await presigned((url) => url.searchParams.set(`X-Amz-${part}`, '')))).toEqual(message)
    },
  )

  test('that has an empty algorithm and nothing else is told all of it at once, in AWS’s order', async () => {
    const answer = await presigned((url) => {
      for (const name of [...url.searchParams.keys()]) {
        if (name.startsWith('X-Amz-')) url.searchParams.delete(name)
      }
      url.searchParams.set('X-Amz-Algorithm', '')
    })
    expect(verdict(answer)).toEqual([
      400,
      'IncompleteSignature',
      "AWS query-string parameters must include 'X-Amz-Algorithm'. AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
    ])
  })

  test('is the first one of two', () => {
    const parts = ['Algorithm', 'Credential', 'Signature', 'SignedHeaders', 'Date', 'Security-Token']
    const pairs = (value: string) =>
      parts.map((part) => [`X-Amz-${part}`, part === 'Algorithm' ? 'AWS4-HMAC-SHA256' : value] as const)
    expect(claimsOfQuery([...pairs('first'), ...pairs('second')])).toEqual({
      credential: 'first',
      signature: 'first',
      signedHeaders: 'first',
      date: 'first',
      sessionToken: 'first',
    })
  })

  test('beside one in the header is one too many', async () => {
    const answer = await presigned(() => {}, { headers: { authorization: 'AWS4-HMAC-SHA256' } })
    expect(verdict(answer)).toEqual([
      403,
      'SignatureDoesNotMatch',
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    ])
  })

  test('is accepted', async () => {
    expect((await presigned()).status).toBe(200)
  })

  // STS and IAM do not look at it.
  test.each(['1', '60', '604800', '604801', '9999999', '0', '-5', 'abc', ''])(
    'holds for 15 minutes where X-Amz-Expires is "%s"',
    async (expires) => {
      const parameters = `&X-Amz-Expires=${expires}`
      expect((await presigned(() => {}, { parameters, signedAt: minutesAgo(15) })).status).toBe(200)
      expect(verdict(await presigned(() => {}, { parameters, signedAt: minutesAgo(16) }))).toEqual([
        403,
        'SignatureDoesNotMatch',
        'Signature expired: 20260911T181948Z is now earlier than 20260911T182048Z (20260911T183548Z - 15 min.)',
      ])
    },
  )

  test.each<[string, (query: string) => string]>([
    ['in another order', (query) => query.split('&').reverse().join('&')],
    ['with lower-case digits in its escapes', (query) => query.replaceAll('%2F', '%2f')],
    ['with escapes that nobody needs', (query) => query.replaceAll('Caller', '%43aller')],
  ])('is accepted %s', async (_, change) => {
    const answer = await presigned((url) => {
      const before = url.search.slice(1)
      url.search = change(before)
      expect(url.search.slice(1)).not.toBe(before)
    })
    expect(answer.status).toBe(200)
  })

  test.each<[string, (url: URL) => void]>([
    ['one more parameter', (url) => url.searchParams.append('Extra', '1')],
    ['another Action', (url) => url.searchParams.set('Action', 'GetWebIdentityToken')],
    ['another signature', (url) => url.searchParams.set('X-Amz-Signature', '0'.repeat(64))],
  ])('does not match with %s', async (_, change) => {
    expect(verdict(await presigned(change))).toEqual(mismatch)
  })

  test('covers the session token: one that is added afterwards is that of nobody', async () => {
    const answer = await presigned((url) => url.searchParams.append('X-Amz-Security-Token', 'added'))
    expect(verdict(answer)).toEqual(unknownToken)
  })
})

describe('the headers that must be signed', () => {
  test.each([
    ['without the host', 'SignedHeaders='],
    ['with nothing', 'SignedHeaders=, Nonce='],
  ])('%s', async (_, names) => {
    const answer = await rewritten((header) => header.replace('SignedHeaders=host;', names))
    expect(verdict(answer)).toEqual([
      403,
      'SignatureDoesNotMatch',
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    ])
  })

  test('every one that begins with x-amz-, also beside a presigned URL', async () => {
    const refused = [
      403,
      'SignatureDoesNotMatch',
      "'x-amz-extra' must be a 'SignedHeader' in the AWS Authorization.",
    ]
    expect(verdict(await changed((headers) => headers.set('x-amz-extra', '1')))).toEqual(refused)
    expect(verdict(await presigned(() => {}, { headers: { 'x-amz-extra': '1' } }))).toEqual(refused)
  })

  test('the date itself', async () => {
    const answer = await rewritten((header) => header.replace(';x-amz-date', ''))
    expect(verdict(answer)).toEqual([
      403,
      'SignatureDoesNotMatch',
      "'x-amz-date' must be a 'SignedHeader' in the AWS Authorization.",
    ])
  })

  test('none that begins otherwise', async () => {
    const answer = await changed((headers) => {
      headers.set('x-amzn-trace-id', 'Root=1')
      headers.set('user-agent', 'somebody')
    })
    expect(answer.status).toBe(200)
  })

  test('none that can’t be a header', async () => {
    const answer = await rewritten((header) => header.replace('SignedHeaders=', 'SignedHeaders=a@b;'))
    expect(verdict(answer)).toEqual(mismatch)
  })
})

test('no message repeats a secret that stands where the access key id should', async () => {
  const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
  const answer = await whoAmI({ credentials: { accessKeyId: secretAccessKey, secretAccessKey } })
  expect(verdict(answer)).toEqual([
    400,
    'IncompleteSignature',
    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '***/20260911/us-east-1/sts/aws4_request'",
  ])
})

async function hashed(header: string): Promise<string> {
  const hash = btoa(String.fromCharCode(...(await sha256(header))))
  return `(Hashed with SHA-256 and encoded with Base64) Authorization=${hash}`
}

function minutesAgo(minutes: number): number {
  return Date.parse('2026-09-11T18:35:48Z') - minutes * 60_000
}
