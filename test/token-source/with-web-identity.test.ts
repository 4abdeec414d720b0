// What is sent with a token, and what happens when that is refused or cannot be had.

import { describe, expect, test } from 'vitest'
import { withWebIdentity } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import { type Arguments, HOSTS, net, refusal, serialSource, setUp, URL_OF_API } from './scripted-net.ts'
import { stage } from './support.ts'

describe('what the caller gave is sent', () => {
  test('with init, members that only one platform knows included', async () => {
    const { sent, fetchApi } = setUp()
    const init = { method: 'PUT', body: 'x', headers: { a: 'b' }, cf: { cacheTtl: 5 }, duplex: 'half' }
    await fetchApi(URL_OF_API, init)
    expect(sent[0]).toMatchObject({ method: 'PUT', body: 'x', token: 'Bearer t1' })
    expect(sent[0]?.headers.get('a')).toBe('b')
    expect(sent[0]?.init).toMatchObject({ cf: { cacheTtl: 5 }, duplex: 'half', redirect: 'manual' })
    expect(init.headers).toEqual({ a: 'b' })
  })

  test('with a Request, and what init changes of it', async () => {
    const { sent, fetchApi } = setUp()
    const request = () => new Request(URL_OF_API, { method: 'POST', body: 'x', headers: { a: 'b' } })
    await fetchApi(request())
    await fetchApi(request(), { method: 'PUT', headers: { c: 'd' } })
    expect(sent[0]).toMatchObject({ method: 'POST', body: 'x', token: 'Bearer t1' })
    expect(sent[0]?.headers.get('a')).toBe('b')
    expect(sent[0]?.headers.get('content-type')).toMatch('text/plain')
    expect(sent[1]).toMatchObject({ method: 'PUT', body: 'x', token: 'Bearer t1' })
    expect(sent[1]?.headers.get('a')).toBe(null)
    expect(sent[1]?.headers.get('c')).toBe('d')
  })

  test('with a Request in the place of init, as Workers have it', async () => {
    const { sent, fetchApi } = setUp()
    await fetchApi(
      URL_OF_API,
      new Request('https://a.test/', { method: 'POST', body: 'x', headers: { a: 'b' } }),
    )
    expect(sent[0]).toMatchObject({ url: URL_OF_API, method: 'POST', body: 'x', token: 'Bearer t1' })
    expect(sent[0]?.headers.get('a')).toBe('b')
  })

  test('by a fetch that is called as a plain function', async () => {
    let receiver: unknown = 'not called'
    async function fetch(this: unknown) {
      receiver = this
      return new Response()
    }
    await withWebIdentity(fetch, serialSource(), HOSTS)(URL_OF_API)
    expect(receiver).toBe(undefined)
  })
})

describe('after a 401', () => {
  test('the token is invalidated, and the request sent once more with a new one', async () => {
    const first = refusal()
    const { sent, source, fetchApi } = setUp(first)
    const response = await fetchApi(URL_OF_API, { method: 'POST', body: 'x' })
    expect(await response.text()).toBe('fine')
    expect(sent.map(({ token, body }) => [token, body])).toEqual([
      ['Bearer t1', 'x'],
      ['Bearer t2', 'x'],
    ])
    expect(source.refused).toEqual(['t1'])
    expect(first.bodyUsed || first.body?.locked).toBe(true)
  })

  test('never twice; and a service that refuses new tokens too does not mint with each request', async () => {
    const { sent, source, fetchApi } = setUp(refusal(), refusal(), refusal(), refusal())
    const response = await fetchApi(URL_OF_API)
    expect(response.status).toBe(401)
    expect(await response.text()).toBe('no')
    expect(sent).toHaveLength(2)
    expect((await fetchApi(URL_OF_API)).status).toBe(401)
    expect(source.refused).toEqual(['t1'])
    expect(sent.map(({ token }) => token)).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t2'])
  })

  test('of a token that came later, it is tried again', async () => {
    const { sent, source, fetchApi } = setUp(refusal(), refusal(), refusal())
    await fetchApi(URL_OF_API)
    await source.invalidate('t2')
    expect((await fetchApi(URL_OF_API)).status).toBe(200)
    expect(source.refused).toEqual(['t1', 't2', 't3'])
    expect(sent).toHaveLength(4)
  })

  test.each([
    ['bytes', new TextEncoder().encode('x')],
    ['an ArrayBuffer', new TextEncoder().encode('x').buffer],
    ['a Blob', new Blob(['x'])],
    ['a URLSearchParams', new URLSearchParams('x')],
  ] satisfies [string, BodyInit][])('%s is sent again', async (_, body) => {
    const { sent, fetchApi } = setUp(refusal())
    expect((await fetchApi(URL_OF_API, { method: 'POST', body })).status).toBe(200)
    expect(sent.map((each) => each.body.slice(0, 1))).toEqual(['x', 'x'])
  })

  test('a form is sent again, and a Request without a body', async () => {
    const body = new FormData()
    body.set('name', 'value')
    const { sent, fetchApi } = setUp(refusal())
    expect((await fetchApi(URL_OF_API, { method: 'POST', body })).status).toBe(200)
    expect(sent.map((each) => each.body.includes('value'))).toEqual([true, true])
    const another = setUp(refusal())
    expect((await another.fetchApi(new Request(URL_OF_API))).status).toBe(200)
    expect(another.sent.map(({ token }) => token)).toEqual(['Bearer t1', 'Bearer t2'])
  })

  test.each<[string, () => Arguments]>([
    ['a stream', () => [URL_OF_API, { method: 'POST', body: new Blob(['x']).stream(), duplex: 'half' }]],
    ['a Request with a body', () => [new Request(URL_OF_API, { method: 'POST', body: 'x' })]],
  ])('of %s it is returned, and the next request has a new token', async (_, given) => {
    const { sent, source, fetchApi } = setUp(refusal())
    const response = await fetchApi(...given())
    expect(response.status).toBe(401)
    expect(await response.text()).toBe('no')
    expect(source.refused).toEqual(['t1'])
    await fetchApi(URL_OF_API)
    expect(sent.map(({ token }) => token)).toEqual(['Bearer t1', 'Bearer t2'])
  })

  test('a real source mints once for a hundred of them', async () => {
    const { sts, source } = stage()
    const fetch = async (_: unknown, init?: RequestInit) => {
      const isNew = new Headers(init?.headers).get('authorization') !== `Bearer ${sts.minted[0]}`
      return new Response(null, { status: isNew ? 200 : 401 })
    }
    const fetchApi = withWebIdentity(fetch, source, HOSTS)
    const responses = await Promise.all(Array.from({ length: 100 }, () => fetchApi(URL_OF_API)))
    expect(responses.every(({ status }) => status === 200)).toBe(true)
    expect(sts.minted).toHaveLength(2)
  })
})

describe('the source', () => {
  test('gives up for the caller’s signal, in init or in a Request', async () => {
    const { source, sts } = stage({}, { latency: 1e6 })
    const { sent, fetch } = net()
    const fetchApi = withWebIdentity(fetch, source, HOSTS)
    const controller = new AbortController()
    const { signal } = controller
    const waiting = [
      fetchApi(URL_OF_API, { signal }),
      fetchApi(new Request(URL_OF_API, { signal })),
      fetchApi(URL_OF_API, new Request(URL_OF_API, { signal })),
    ].map(rejectionOf)
    await new Promise((resolve) => setTimeout(resolve, 20))
    controller.abort(new Error('enough'))
    for (const error of await Promise.all(waiting)) expect(String(error)).toContain('enough')
    expect(sts.asked).toHaveLength(1)
    expect(sent).toHaveLength(0)
    await source[Symbol.asyncDispose]()
  })

  test('throws its own errors, and nothing is sent', async () => {
    const error = new Error('STS is down')
    const { source } = stage({}, { error })
    const { sent, fetch } = net()
    expect(await rejectionOf(withWebIdentity(fetch, source, HOSTS)(URL_OF_API))).toBe(error)
    expect(sent).toHaveLength(0)
  })
})
