// The canonical request where AWS's suite has no case of it, signed by hand.

import { describe, expect, test } from 'vitest'
import { createEmulator } from '../../../src/emulator/index.ts'
import { readAuthorization } from '../../../src/emulator/signature/authorization.ts'
import { verifySignature } from '../../../src/emulator/signature/signature.ts'
import { send } from '../sts-call.ts'
import { type HandSigned, handSigned, hex, sha256 } from './hand-signed.ts'
import { clock, mismatch, verdict, whoami } from './who-am-i.ts'

const time = '20260911T183548Z'
const host = 'sts.us-east-1.amazonaws.com'
const form = { 'content-type': 'application/x-www-form-urlencoded' }

describe('a header’s value', () => {
  test.each([
    ['spaces around it', '  a  ', 'a'],
    ['several spaces within', 'a   b  c', 'a b c'],
    ['quotes', '"a  b"', '"a b"'],
    ['a tab within', 'a\tb', 'a\tb'],
    ['nothing', '', ''],
  ])('with %s', async (_, sent, canonical) => {
    const headers = { ...form, 'my-header': sent, 'x-amz-date': time }
    const signed = { host, 'my-header': canonical, 'x-amz-date': time }
    expect(await answered({ headers, signed })).toEqual([200])
  })

  test('is none where the header was taken away, not even an empty one', async () => {
    const headers = { ...form, 'x-amz-date': time }
    expect(await answered({ headers, signed: { host, 'my-header': '', 'x-amz-date': time } })).toEqual(
      mismatch,
    )
  })

  test('of the length is implied where nobody sends it', async () => {
    const headers = { ...form, 'x-amz-date': time }
    const length = String(whoami.length)
    expect(
      await answered({ headers, signed: { 'content-length': length, host, 'x-amz-date': time } }),
    ).toEqual([200])
    expect(await answered({ headers, signed: { 'content-length': '0', host, 'x-amz-date': time } })).toEqual(
      mismatch,
    )
  })
})

describe('the host', () => {
  test.each(['sts.us-east-1.amazonaws.com:443', 'STS.us-east-1.amazonaws.com'])(
    'is %s where a header says so',
    async (sent) => {
      const headers = { ...form, host: sent, 'x-amz-date': time }
      expect(await answered({ headers, signed: { host: sent, 'x-amz-date': time } })).toEqual([200])
      expect(await answered({ headers, signed: { host, 'x-amz-date': time } })).toEqual(mismatch)
    },
  )

  test('may be signed under the name that it has in HTTP/2', async () => {
    const headers = { ...form, 'x-amz-date': time }
    expect(await answered({ headers, signed: { ':authority': host, 'x-amz-date': time } })).toEqual([200])
    expect(await answered({ headers, signed: { ':authority': 'other', 'x-amz-date': time } })).toEqual(
      mismatch,
    )
    const named = { ...headers, host: 'other' }
    expect(await answered({ headers: named, signed: { ':authority': 'other', 'x-amz-date': time } })).toEqual(
      [200],
    )
  })
})

describe('the date', () => {
  test.each(['20260911T183548Z', '2026-09-11T18:35:48Z', 'Fri, 11 Sep 2026 18:35:48 GMT'])(
    'may stand in the header Date as %s',
    async (date) => {
      const headers = { ...form, date }
      expect(await answered({ headers, signed: { date, host } })).toEqual([200])
    },
  )

  test('may stand in X-Amz-Date in the extended format', async () => {
    const date = '2026-09-11T18:35:48Z'
    const headers = { ...form, 'x-amz-date': date }
    expect(await answered({ headers, signed: { host, 'x-amz-date': date } })).toEqual([200])
  })

  test('is that of X-Amz-Date where there is a Date too', async () => {
    const headers = { ...form, date: 'Fri, 11 Sep 2020 18:35:48 GMT', 'x-amz-date': time }
    expect(await answered({ headers, signed: { host, 'x-amz-date': time } })).toEqual([200])
  })
})

describe('the query string', () => {
  const headers = { 'x-amz-date': time }
  const signed = { host, 'x-amz-date': time }

  test.each([
    ['nothing to encode', 'A=~-._', 'A=~-._'],
    ['a tilde that is encoded', 'A=%7E', 'A=~'],
    ['a plus for a space', 'A=a+b', 'A=a%20b'],
    ['a plus that is encoded', 'A=a%2Bb', 'A=a%2Bb'],
    ['lower-case escapes', 'A=%c3%a9', 'A=%C3%A9'],
    ['signs that some encoders leave', "A=!'()*", 'A=%21%27%28%29%2A'],
    ['no equals sign', 'A', 'A='],
    ['an equals sign within', 'A=b=c', 'A=b%3Dc'],
    ['ampersands too many', 'A=1&&B=2&', 'A=1&B=2'],
    ['names by code and not by alphabet', 'a=1&B=2', 'B=2&a=1'],
    ['a name that is the beginning of another', 'A-=1&A=2', 'A=2&A-=1'],
  ])('with %s', async (_, sent, canonical) => {
    const tail = whoami.replaceAll('a=1', '')
    const query = `${sent}&${tail}`
    const canonicalQuery = [...canonical.split('&'), ...tail.split('&')].sort(byName).join('&')
    expect(await answered({ method: 'GET', query, canonicalQuery, headers, signed })).toEqual([200])
  })

  test('with one name twice is sorted by its values', async () => {
    const emulator = createEmulator(clock)
    const request = await handSigned(emulator, {
      method: 'GET',
      query: 'A=2&A=1',
      canonicalQuery: 'A=1&A=2',
      headers,
      signed,
      time,
    })
    const received = {
      method: 'GET',
      url: new URL(request.url),
      headers: request.headers,
      body: new Uint8Array(),
    }
    const authorization = await readAuthorization(received)
    await verifySignature(received, authorization, emulator.credentials.secretAccessKey)
  })

  test('of a POST counts as well as its body', async () => {
    const post = { query: 'A=1', headers: { ...headers, ...form }, signed }
    expect(await answered(post)).toEqual([200])
    expect(await answered({ ...post, canonicalQuery: '' })).toEqual(mismatch)
  })
})

describe('the payload', () => {
  const headers = { ...form, 'x-amz-date': time }
  const signed = { host, 'x-amz-date': time }

  test.each(['UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'])(
    'is not %s, with or without a header that says so',
    async (payloadHash) => {
      expect(await answered({ headers, signed, payloadHash })).toEqual(mismatch)
      const told = {
        headers: { ...headers, 'x-amz-content-sha256': payloadHash },
        signed: { host, 'x-amz-content-sha256': payloadHash, 'x-amz-date': time },
      }
      expect(await answered({ ...told, payloadHash })).toEqual(mismatch)
      expect(await answered(told)).toEqual(mismatch)
    },
  )

  test('may be told by a header that is true', async () => {
    const hash = hex(await sha256(whoami))
    expect(
      await answered({
        headers: { ...headers, 'x-amz-content-sha256': hash },
        signed: { host, 'x-amz-content-sha256': hash, 'x-amz-date': time },
      }),
    ).toEqual([200])
  })
})

async function answered(request: Omit<HandSigned, 'time'>): Promise<unknown[]> {
  const emulator = createEmulator(clock)
  const answer = await send(
    emulator,
    await handSigned(emulator, {
      body: whoami,
      time,
      ...request,
      ...(request.method === 'GET' && { body: '' }),
    }),
  )
  return answer.status === 200 ? [200] : verdict(answer)
}

// As step 1 has it: by the name, character code by character code.
function byName(a: string, b: string): number {
  const [nameA = '', nameB = ''] = [a.split('=')[0], b.split('=')[0]]
  return nameA < nameB ? -1 : 1
}
