import { describe, expect, test } from 'vitest'
import { ResponseError, ServiceError } from '../../src/index.ts'
import type { QueryOperation, ResultDecoder } from '../../src/query/operation.ts'
import { readReply } from '../../src/query/reply.ts'
import type { XmlElement } from '../../src/query/xml-element.ts'
import { errorReply, INPUT, makeClient, rejectionOf, TOKEN, tokenReply } from '../support/client.ts'
import { damagedReplies } from '../support/damaged-replies.ts'
import { goodReplies } from '../support/good-replies.ts'
import { scriptedFetch, streamOf, xmlReply } from '../support/scripted-fetch.ts'
import vectors from '../vectors/aws-query.json' with { type: 'json' }
import errorCodes from '../vectors/error-codes.json' with { type: 'json' }

describe("AWS's own conformance cases of the Query protocol: outputs", () => {
  for (const { id, operation, response, result, errorCode, errorMessage } of vectors.cases) {
    if (response === null) continue
    test(id, async () => {
      const { status_code: status, headers, body } = { headers: {}, body: null, ...response }
      const reading = readReply(new Response(body, { status, headers }), {
        call: {
          operation: {
            name: operation,
            isRegionalOnly: false,
            isSigned: false,
            result: decoders[id] ?? { output: {} },
          } satisfies QueryOperation<object>,
          parameters: {},
        },
        secrets: [],
        makeError: (details) => new ServiceError(details),
        attempts: 1,
        signal: new AbortController().signal,
      })
      if (errorCode === null) {
        expect(await reading).toEqual(result)
        return
      }
      const error = await rejectionOf(reading)
      expect(error).toBeInstanceOf(ServiceError)
      expect(error).toMatchObject({
        code: errorCode,
        message: errorMessage ?? errorCode,
        statusCode: status,
        fault: 'client',
        requestId: 'foo-id',
      })
    })
  }
})

// The vectors leave the shapes out; these are the members that each case is about, by the shapes' formats.
const seconds = (text: string) => Date.parse(text) / 1000
const member = (name: string, read: (text: string) => unknown, key = name): ResultDecoder<object> => {
  return (result) => ({ [key]: read(result.child(name).text) })
}
const all = (...decoders: ResultDecoder<object>[]): ResultDecoder<object> => {
  return (result) => Object.assign({}, ...decoders.map((decode) => decode(result)))
}
const textOf = ({ text }: XmlElement) => text
const list = (element: XmlElement, read: (element: XmlElement) => unknown, name = 'member') =>
  element.all(name).map(read)
const listOf = (
  name: string,
  read: (text: string) => unknown,
  { key = name, item = 'member' } = {},
): ResultDecoder<object> => {
  return (result) => ({ [key]: list(result.child(name), (element) => read(element.text), item) })
}
const isTrue = (text: string) => text === 'true'

const decoders: Record<string, ResultDecoder<object>> = {
  AwsQueryDateTimeWithNegativeOffset: member('datetime', seconds),
  AwsQueryDateTimeWithPositiveOffset: member('datetime', seconds),
  AwsQueryDateTimeWithFractionalSeconds: member('datetime', seconds),
  QueryGreetingWithErrors: member('greeting', String),
  QueryIgnoresWrappingXmlName: member('foo', String),
  QuerySimpleScalarProperties: all(
    member('stringValue', String),
    member('emptyStringValue', String),
    member('trueBooleanValue', isTrue),
    member('falseBooleanValue', isTrue),
    member('byteValue', Number),
    member('shortValue', Number),
    member('integerValue', Number),
    member('longValue', Number),
    member('floatValue', Number),
    member('DoubleDribble', Number, 'doubleValue'),
  ),
  QueryXmlNamespaces: (result) => {
    const nested = result.child('nested')
    return {
      nested: { foo: nested.child('foo').text, values: list(nested.child('values'), textOf) },
    }
  },
  QueryXmlTimestamps: member('normal', seconds),
  QueryXmlTimestampsWithDateTimeFormat: member('dateTime', seconds),
  QueryXmlTimestampsWithDateTimeOnTargetFormat: member('dateTimeOnTarget', seconds),
  QueryXmlTimestampsWithEpochSecondsFormat: member('epochSeconds', Number),
  QueryXmlTimestampsWithHttpDateFormat: member('httpDate', seconds),
  QueryXmlLists: all(
    listOf('stringList', String),
    listOf('stringSet', String),
    listOf('integerList', Number),
    listOf('booleanList', isTrue),
    listOf('timestampList', seconds),
    listOf('enumList', String),
    listOf('intEnumList', Number),
    (result) => ({
      nestedStringList: list(result.child('nestedStringList'), (inner) => list(inner, textOf)),
      renamedListMembers: list(result.child('renamed'), textOf, 'item'),
      flattenedList: result.all('flattenedList').map(textOf),
      flattenedList2: result.all('customName').map(textOf),
      flattenedListWithMemberNamespace: result.all('flattenedListWithMemberNamespace').map(textOf),
      flattenedListWithNamespace: result.all('flattenedListWithNamespace').map(textOf),
      structureList: list(
        result.child('myStructureList'),
        (item) => ({ a: item.child('value').text, b: item.child('other').text }),
        'item',
      ),
    }),
  ),
  QueryXmlEmptyLists: all(listOf('stringList', String), listOf('stringSet', String)),
  QueryXmlEnums: all(
    member('fooEnum1', String),
    member('fooEnum2', String),
    member('fooEnum3', String),
    listOf('fooEnumList', String),
    listOf('fooEnumSet', String),
    (result) => ({
      fooEnumMap: Object.fromEntries(
        result
          .child('fooEnumMap')
          .all('entry')
          .map((entry) => [entry.child('key').text, entry.child('value').text]),
      ),
    }),
  ),
}

async function mint(reply: Response) {
  return makeClient({ fetch: scriptedFetch(reply) }).getWebIdentityToken(INPUT)
}

const good = tokenReply()

describe('a reply that means the same is read the same', () => {
  for (const [name, body] of Object.entries(goodReplies)) {
    test(name, async () => {
      expect(await mint(xmlReply(body as BodyInit))).toEqual({
        webIdentityToken: TOKEN,
        expiration: new Date('2026-09-11T18:36:48.279Z'),
      })
    })
  }

  test.each(['text/xml; charset=utf-8', 'application/xml', 'Text/XML', 'application/vnd.aws+xml'])(
    'as %s',
    async (type) => {
      expect(await mint(xmlReply(good, { headers: { 'content-type': type } }))).toHaveProperty('expiration')
    },
  )

  test('without a content type', async () => {
    const reply = new Response(new TextEncoder().encode(good))
    expect(reply.headers.get('content-type')).toBe(null)
    expect(await mint(reply)).toHaveProperty('expiration')
  })

  test.each([
    ['2026-09-11T18:36:48Z', '2026-09-11T18:36:48.000Z'],
    ['2026-09-11T20:36:48.5+02:00', '2026-09-11T18:36:48.500Z'],
  ])('with the expiration %s', async (text, iso) => {
    const { expiration } = await mint(xmlReply(tokenReply(TOKEN, text)))
    expect(expiration.toISOString()).toBe(iso)
  })
})

describe('a damaged reply is a ResponseError and never a token', () => {
  for (const [name, body] of Object.entries(damagedReplies)) {
    test(name, async () => {
      const error = await rejectionOf(mint(xmlReply(body)))
      expect(error).toBeInstanceOf(ResponseError)
      expect(error).toMatchObject({ code: 'unexpected_reply', statusCode: 200, contentType: 'text/xml' })
      expect(String(error)).not.toContain('eyJ')
    })
  }
})

test.each(['<!DOCTYPE x>', '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">', '<!DOCTYPE x []>'])(
  'a document type is refused for what it is: %s',
  async (doctype) => {
    expect(await rejectionOf(mint(xmlReply(doctype + good)))).toMatchObject({
      message: expect.stringContaining('(it has a document type declaration)'),
    })
  },
)

describe('what is no answer of AWS is told as it came', () => {
  test('an HTML page of a proxy, although it is well-formed XML', async () => {
    const page = '<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body/></html>'
    const reply = new Response(page, { status: 503, headers: { 'content-type': 'text/html' } })
    expect(await rejectionOf(mint(reply))).toMatchObject({
      name: 'ResponseError',
      code: 'unexpected_content',
      statusCode: 503,
      contentType: 'text/html',
      retryable: true,
      attempts: 1,
      message: `GetWebIdentityToken was answered with HTTP 503, text/html: "${page.replaceAll('\r\n', '\\r\\n')}"`,
    })
  })

  test('an HTML page with the status 200 that holds a whole reply', async () => {
    const reply = xmlReply(good, { headers: { 'content-type': 'text/html' } })
    expect(await rejectionOf(mint(reply))).toMatchObject({ code: 'unexpected_content', retryable: false })
  })

  test.each([
    'application/json',
    'application/x-amz-json-1.0',
    'application/octet-stream',
    'text/xmlish',
    'xml',
  ])('%s', async (type) => {
    const reply = new Response('{"__type":"x"}', { headers: { 'content-type': type } })
    expect(await rejectionOf(mint(reply))).toMatchObject({
      code: 'unexpected_content',
      message: `GetWebIdentityToken was answered with HTTP 200, ${type}: "{"__type":"x"}"`,
    })
  })

  test('an empty body', async () => {
    expect(await rejectionOf(mint(xmlReply('')))).toMatchObject({
      code: 'unexpected_content',
      message: 'GetWebIdentityToken was answered with HTTP 200, text/xml: an empty body',
    })
    expect(await rejectionOf(mint(new Response(null, { status: 204 })))).toMatchObject({
      code: 'unexpected_content',
      message: 'GetWebIdentityToken was answered with HTTP 204, no content type: an empty body',
    })
  })

  test('an empty body where a result is not needed, but the status says failure', async () => {
    const reading = readReply(new Response(null, { status: 500 }), {
      call: {
        operation: { name: 'Ask', isRegionalOnly: false, isSigned: false, result: { output: undefined } },
        parameters: {},
      },
      secrets: [],
      makeError: (details) => new ServiceError(details),
      attempts: 1,
      signal: new AbortController().signal,
    })
    expect(await rejectionOf(reading)).toMatchObject({ code: 'unexpected_content', statusCode: 500 })
  })

  test('an empty page', async () => {
    const reply = new Response('', { status: 502, headers: { 'content-type': 'text/html' } })
    expect(await rejectionOf(mint(reply))).toMatchObject({
      message: 'GetWebIdentityToken was answered with HTTP 502, text/html: an empty body',
    })
  })

  test.each(['{"message":"Not Found"}', 'upstream connect error'])(
    '%s without a content type',
    async (body) => {
      expect(await rejectionOf(mint(new Response(new TextEncoder().encode(body))))).toMatchObject({
        code: 'unexpected_content',
        message: `GetWebIdentityToken was answered with HTTP 200, no content type: "${body}"`,
      })
    },
  )

  test('with the request id that a header names, and the content type, both cut', async () => {
    const headers = { 'x-amzn-requestid': 'r'.repeat(101), 'content-type': `text/${'c '.repeat(99)}` }
    expect(await rejectionOf(mint(new Response('x', { status: 500, headers })))).toMatchObject({
      requestId: 'r'.repeat(100),
      contentType: `text/${'c '.repeat(99)}`.slice(0, 100),
    })
  })

  test('a root of any length, cut', async () => {
    const error = await rejectionOf(mint(xmlReply(`<${'r'.repeat(60_000)}/>`)))
    expect(error).toMatchObject({ code: 'unexpected_reply' })
    expect(String(error).length).toBeLessThan(600)
  })

  test('a redirect whose body is then cancelled, however that ends', async () => {
    let cancelled = false
    const stream = new ReadableStream({
      cancel() {
        cancelled = true
        throw new Error('cannot')
      },
    })
    const fetch = scriptedFetch(() => new Response(stream, { status: 302 }))
    expect(await rejectionOf(makeClient({ fetch }).getWebIdentityToken(INPUT))).toMatchObject({
      code: 'redirect',
    })
    expect(cancelled).toBe(true)
  })

  test('a stream of nothing, without end', async () => {
    let chunks = 0
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1
        if (chunks > 100_000)
          controller.close() // without the cap the test would not end either
        else controller.enqueue(new Uint8Array(0))
      },
    })
    const fetch = scriptedFetch(() => xmlReply(stream))
    expect(await rejectionOf(makeClient({ fetch }).getWebIdentityToken(INPUT))).toMatchObject({
      code: 'too_large',
    })
  })

  test('a result on a status that says failure', async () => {
    expect(await rejectionOf(mint(xmlReply(good, { status: 500 })))).toMatchObject({
      code: 'unexpected_reply',
      statusCode: 500,
      retryable: true,
    })
  })

  test('a body that is not UTF-8', async () => {
    const bytes = new TextEncoder().encode(good)
    bytes[200] = 0xff
    expect(await rejectionOf(mint(xmlReply(bytes)))).toMatchObject({
      code: 'unexpected_content',
      message: 'GetWebIdentityToken was answered with HTTP 200, text/xml: a body that is not UTF-8',
    })
    const cutInACharacter = new TextEncoder().encode('<a>\u00e9').slice(0, -1)
    expect(await rejectionOf(mint(xmlReply(cutInACharacter)))).toMatchObject({ code: 'unexpected_content' })
  })

  test('a body that breaks off in transit, with the platform’s reason as its cause', async () => {
    const { stream } = streamOf([good.slice(0, 99)], 'error')
    const error = await rejectionOf(mint(xmlReply(stream)))
    expect(error).toMatchObject({ code: 'incomplete_body', statusCode: 200, retryable: true })
    expect((error as Error).cause).toMatchObject({ message: 'terminated' })
  })

  test.each([301, 302, 303, 307, 308])('a redirect with %i, without following it', async (status) => {
    const fetch = scriptedFetch(
      new Response(null, { status, headers: { location: 'https://evil.example/' } }),
    )
    expect(await rejectionOf(makeClient({ fetch }).getWebIdentityToken(INPUT))).toMatchObject({
      code: 'redirect',
      statusCode: status,
      retryable: false,
    })
    expect(fetch.requests.map(({ redirect }) => redirect)).toEqual(['manual'])
  })

  test('a redirect that a browser hides', async () => {
    const hidden = Object.defineProperties(new Response(null), {
      type: { value: 'opaqueredirect' },
      status: { value: 0 },
    })
    const fetch = scriptedFetch(() => hidden)
    expect(await rejectionOf(makeClient({ fetch }).getWebIdentityToken(INPUT))).toMatchObject({
      code: 'redirect',
    })
  })

  test('a beginning that is cut, with control characters made visible and long runs taken out', async () => {
    const reply = new Response(`\u001b[31m\u202e${'x'.repeat(64)} ${'ab '.repeat(200)}`, {
      headers: { 'content-type': 'text/plain' },
    })
    const error = await rejectionOf(mint(reply))
    expect(error).toMatchObject({ message: expect.stringContaining('"\\u001b[31m\\u202e[redacted] ab ab ') })
    expect((error as Error).message.length).toBeLessThan(320)
    expect((error as Error).message).toMatch(/"…$/)
  })
})

describe('64 KiB are the most that is read', () => {
  const padTo = (size: number) =>
    good.replace('<Expiration>', `<A>${'x'.repeat(size - good.length - 7)}</A><Expiration>`)

  test.each([65_535, 65_536])('%i bytes are read', async (size) => {
    const body = padTo(size)
    expect(new TextEncoder().encode(body).byteLength).toBe(size)
    expect(await mint(xmlReply(body))).toHaveProperty('webIdentityToken', TOKEN)
  })

  test('65,537 bytes are not', async () => {
    expect(await rejectionOf(mint(xmlReply(padTo(65_537))))).toMatchObject({
      code: 'too_large',
      message: 'GetWebIdentityToken was answered with HTTP 200, text/xml: a body of more than 65536 bytes',
    })
  })

  test('a body that never ends is given up there, and cancelled', async () => {
    let pulls = 0
    let cancelled = false
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulls += 1
          if (pulls > 10_000) controller.close() // without the cap the test would not end either
          controller.enqueue(new Uint8Array(1024).fill(0x20))
        },
        cancel() {
          cancelled = true
        },
      },
      { highWaterMark: 0 },
    )
    expect(
      await rejectionOf(
        makeClient({ fetch: scriptedFetch(() => xmlReply(stream)) }).getWebIdentityToken(INPUT),
      ),
    ).toMatchObject({ code: 'too_large' })
    expect(pulls).toBe(65)
    expect(cancelled).toBe(true)
  })

  test('its deepest nesting is read in bounded time', async () => {
    const began = performance.now()
    let namespaces = ''
    for (let index = 0; namespaces.length < 60_000; index++) namespaces += `<a xmlns:n${index}="u">`
    expect(await rejectionOf(mint(xmlReply(namespaces)))).toMatchObject({ code: 'unexpected_reply' })
    expect(performance.now() - began).toBeLessThan(5000)
  })
})

describe("an error of AWS's is a ServiceError", () => {
  const fails = async (body: string, init: ResponseInit = { status: 400 }) =>
    rejectionOf(mint(xmlReply(body, init)))

  test('with everything that AWS said', async () => {
    expect(await fails(errorReply('ValidationError', 'Fish &amp; chips'))).toMatchObject({
      name: 'ServiceError',
      code: 'ValidationError',
      message: 'Fish & chips',
      statusCode: 400,
      requestId: '66666666-7777-8888-9999-000000000000',
      fault: 'client',
      retryable: false,
      attempts: 1,
      remedy: undefined,
    })
  })

  test('on a status that says success, too', async () => {
    expect(await fails(errorReply('AccessDenied'), { status: 200 })).toMatchObject({
      name: 'ServiceError',
      code: 'AccessDenied',
      statusCode: 200,
    })
  })

  test('whose request id may stand in the header alone', async () => {
    const body = errorReply('AccessDenied').replace(/<RequestId>.*<\/RequestId>/, '')
    const headers = { 'x-amzn-RequestId': 'from-the-header' }
    expect(await fails(body, { status: 403, headers })).toMatchObject({ requestId: 'from-the-header' })
  })

  test.each([
    ['Sender', 400, 'client'],
    ['Receiver', 500, 'server'],
    ['Receiver', 400, 'server'],
    ['Sender', 500, 'client'],
  ])('of the type %s with HTTP %i is the fault of the %s', async (type, status, fault) => {
    expect(await fails(errorReply('X', 'x', type), { status })).toMatchObject({ fault })
  })

  test.each([
    [400, 'client'],
    [503, 'server'],
  ])('without a type and with HTTP %i is the fault of the %s', async (status, fault) => {
    const body = errorReply('X').replace('<Type>Sender</Type>', '')
    expect(await fails(body, { status })).toMatchObject({ fault })
  })

  test.each([
    ['Throttling', 400, true],
    ['InternalFailure', 400, true],
    ['IDPCommunicationError', 400, true],
    ['Whatever', 429, true],
    ['Whatever', 500, true],
    ['Whatever', 502, true],
    ['Whatever', 503, true],
    ['Whatever', 504, true],
    ['Whatever', 501, false],
    ['AccessDenied', 403, false],
    ['ValidationError', 400, false],
  ])('%s with HTTP %i is retryable: %s', async (code, status, retryable) => {
    expect(await fails(errorReply(code), { status })).toMatchObject({ retryable })
  })

  test('shows control characters in its message, so that it cannot forge a line of a log', async () => {
    const message = 'No.&#13;\n2026-11-23 all is well\u202e'
    expect(await fails(errorReply('AccessDenied', message))).toMatchObject({
      message: 'No.\\r\\n2026-11-23 all is well\\u202e',
    })
  })

  test('tells a line end from a separator that AWS quotes of a tag, as XML 1.0 does', async () => {
    const message = "Value 'a\u2028b\u2029c\u0085d\r\ne\rf'"
    expect(await fails(errorReply('ValidationError', message))).toMatchObject({
      message: "Value 'a\\u2028b\\u2029c\\u0085d\\ne\\nf'",
    })
  })

  test('may quote the replacement character', async () => {
    expect(await fails(errorReply('ValidationError', "Value '\ufffd'"))).toMatchObject({
      name: 'ServiceError',
      message: "Value '\ufffd'",
    })
  })

  test.each(['a b', '<', 'x'.repeat(101), ''])('with the code %j is none', async (code) => {
    expect(await fails(errorReply(code.replace('<', '&lt;')))).toMatchObject({ code: 'unexpected_reply' })
  })

  test('is retryable by each code that the specification lists', async () => {
    for (const code of [...errorCodes.throttling, ...errorCodes.transientCodes]) {
      if (code === 'TimeoutError') continue // it is the client's own, not one of a service
      expect(await fails(errorReply(code))).toMatchObject({ code, retryable: true })
    }
    for (const status of errorCodes.transientStatus) {
      expect(await fails(errorReply('Any'), { status })).toMatchObject({ retryable: true })
    }
  })

  test('without a message says its code', async () => {
    expect(await fails(errorReply('AccessDenied', ''))).toMatchObject({ message: 'AccessDenied' })
  })
})
