// Where a request with a token goes when it is sent elsewhere. The same against a real server:
// with-web-identity.node.test.ts.

import { describe, expect, test } from 'vitest'
import { ResponseError, withWebIdentity } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import {
  type Arguments,
  HOSTS,
  net,
  redirect,
  refusal,
  serialSource,
  setUp,
  URL_OF_API,
} from './scripted-net.ts'

describe('a redirect', () => {
  test('within the origin keeps the token, and one elsewhere does not', async () => {
    const { sent, fetchApi } = setUp(redirect(302, '/b#x'), redirect(307, 'https://cdn.test/c'))
    const headers = { cookie: 'a=b', 'proxy-authorization': 'Basic eDp5', accept: 'text/plain' }
    expect(await (await fetchApi(`${URL_OF_API}#y`, { headers })).text()).toBe('fine')
    expect(sent.map(({ url, token }) => [url, token])).toEqual([
      [`${URL_OF_API}#y`, 'Bearer t1'],
      ['https://api.example.com/b#x', 'Bearer t1'],
      ['https://cdn.test/c#x', null],
    ])
    expect(sent[2]?.headers.get('accept')).toBe('text/plain')
    expect(sent[2]?.headers.get('cookie')).toBe(null)
    expect(sent[2]?.headers.get('proxy-authorization')).toBe(null)
    expect(sent[2]?.init?.redirect ?? 'follow').toBe('follow')
  })

  test.each([
    'http://api.example.com/',
    'https://api.example.com:8443/',
    'https://www.example.com/',
    '//evil.test/',
  ])('to %s shows no token, though that host were to have one, and its 401 stands', async (location) => {
    const { sent, fetch } = net(redirect(302, location), refusal())
    const source = serialSource()
    const hosts = ['api.example.com', '*.example.com', 'api.example.com:8443']
    const response = await withWebIdentity(fetch, source, { hosts })(URL_OF_API)
    expect(response.status).toBe(401)
    expect(sent.map(({ token }) => token)).toEqual(['Bearer t1', null])
    expect(source.refused).toEqual([])
  })

  test.each([
    [301, 'POST', 'GET', ''],
    [302, 'post', 'GET', ''],
    [303, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [301, 'PUT', 'PUT', 'x'],
    [302, 'DELETE', 'DELETE', 'x'],
    [307, 'POST', 'POST', 'x'],
    [308, 'POST', 'POST', 'x'],
  ])('by %d makes %s a %s', async (status, method, then, body) => {
    const { sent, fetchApi } = setUp(redirect(status, '/b'))
    const headers = { 'content-type': 'text/csv', 'content-language': 'en', accept: 'text/plain' }
    await fetchApi(URL_OF_API, { method, body: 'x', headers })
    expect(sent[1]).toMatchObject({ method: then, body, token: 'Bearer t1' })
    expect(sent[1]?.headers.get('content-type')).toBe(body === '' ? null : 'text/csv')
    expect(sent[1]?.headers.get('content-language')).toBe(body === '' ? null : 'en')
    expect(sent[1]?.headers.get('accept')).toBe('text/plain')
  })

  test('by 303 leaves HEAD and GET what they are', async () => {
    const { sent, fetchApi } = setUp(redirect(303, '/b'))
    await fetchApi(URL_OF_API, { method: 'HEAD' })
    expect(sent.map(({ method }) => method)).toEqual(['HEAD', 'HEAD'])
  })

  test('of a Request keeps its method, headers and signal', async () => {
    const { sent, fetchApi } = setUp(redirect(308, '/b'))
    const { signal } = new AbortController()
    await fetchApi(new Request(URL_OF_API, { method: 'DELETE', headers: { a: 'b' }, signal }))
    expect(sent[1]).toMatchObject({ url: 'https://api.example.com/b', method: 'DELETE', token: 'Bearer t1' })
    expect(sent[1]?.headers.get('a')).toBe('b')
    expect(sent[1]?.init?.signal).toBeInstanceOf(AbortSignal)
  })

  test('of a Request with a body is followed where the body is dropped', async () => {
    const { sent, fetchApi } = setUp(redirect(303, '/b'))
    await fetchApi(new Request(URL_OF_API, { method: 'POST', body: 'x' }))
    expect(sent[1]).toMatchObject({ method: 'GET', body: '', token: 'Bearer t1' })
    expect(sent[1]?.headers.get('content-type')).toBe(null)
  })

  test.each<[string, Response, RequestInit]>([
    ['that wants a stream again', redirect(307, '/b'), { method: 'POST', body: new Blob(['x']).stream() }],
    [
      'that wants it elsewhere',
      redirect(308, 'https://a.test/'),
      { method: 'POST', body: new Blob(['x']).stream() },
    ],
    ['that leads to no web address', redirect(302, 'data:,x'), {}],
    ['that leads nowhere', redirect(302, 'https://'), {}],
    ['that the request does not allow', redirect(302, '/b'), { redirect: 'error' }],
    ['without an address that the request does not allow', redirect(308), { redirect: 'error' }],
  ])('%s is an error', async (_, answer, init) => {
    const { sent, fetchApi } = setUp(answer)
    const withStream: Arguments[1] = { ...init, duplex: 'half' }
    const error = await rejectionOf(fetchApi(URL_OF_API, withStream))
    expect(error).toBeInstanceOf(ResponseError)
    expect(error).toMatchObject({ code: 'redirect', statusCode: answer.status, retryable: false })
    expect(String(error)).toContain('https://api.example.com answered with a redirect')
    expect(sent.map(({ init: each }) => each?.redirect)).toEqual(['manual'])
  })

  test('that a browser hides is an error', async () => {
    const fetch = async () => Object.defineProperty(new Response(), 'type', { value: 'opaqueredirect' })
    const error = await rejectionOf(withWebIdentity(fetch, serialSource(), HOSTS)(URL_OF_API))
    expect(error).toMatchObject({ code: 'redirect' })
  })

  test('is returned where the caller follows by himself', async () => {
    const { sent, fetchApi } = setUp(redirect(302, '/b'))
    expect((await fetchApi(URL_OF_API, { redirect: 'manual' })).status).toBe(302)
    expect(sent).toHaveLength(1)
    const another = setUp(refusal(), redirect(302, '/b'))
    const request = new Request(URL_OF_API, { redirect: 'manual' })
    expect((await another.fetchApi(request)).status).toBe(302)
    expect(another.sent).toHaveLength(2)
  })

  test.each([300, 304, 305])('is none with the status %d', async (status) => {
    const { sent, fetchApi } = setUp(redirect(status, '/b'))
    expect((await fetchApi(URL_OF_API)).status).toBe(status)
    expect(sent).toHaveLength(1)
  })

  test('without an address is an answer', async () => {
    const { sent, fetchApi } = setUp(redirect(302))
    expect((await fetchApi(URL_OF_API)).status).toBe(302)
    expect(sent).toHaveLength(1)
  })

  test('is followed twenty times', async () => {
    const round = (times: number) => Array.from({ length: times }, () => redirect(302, '/b'))
    const { sent, fetchApi } = setUp(...round(20))
    expect((await fetchApi(URL_OF_API)).status).toBe(200)
    expect(sent).toHaveLength(21)
    const another = setUp(...round(21))
    expect(await rejectionOf(another.fetchApi(URL_OF_API))).toMatchObject({ code: 'redirect' })
    expect(another.sent).toHaveLength(21)
  })

  test('and a 401 behind it are one second try, there and not from the beginning', async () => {
    const answers = [redirect(303, '/b'), refusal(), redirect(302, '/c'), refusal(), refusal()]
    const { sent, source, fetchApi } = setUp(...answers)
    expect((await fetchApi(URL_OF_API, { method: 'POST', body: 'x' })).status).toBe(401)
    expect(sent.map(({ method, url, token }) => [method, url.slice(-2), token])).toEqual([
      ['POST', 'rs', 'Bearer t1'],
      ['GET', '/b', 'Bearer t1'],
      ['GET', '/b', 'Bearer t2'],
      ['GET', '/c', 'Bearer t2'],
    ])
    await fetchApi(URL_OF_API)
    expect(source.refused).toEqual(['t1'])
  })
})
