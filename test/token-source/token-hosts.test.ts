// Who gets to see the token, and which hosts may be named.

import { describe, expect, test } from 'vitest'
import { InputError, withWebIdentity } from '../../src/index.ts'
import { type Arguments, HOSTS, net, refusal, serialSource, setUp, URL_OF_API } from './scripted-net.ts'

describe('the token is shown', () => {
  test.each([
    ['api.example.com', 'https://api.example.com/a?b#c'],
    ['api.example.com', 'https://api.example.com:443/'],
    ['api.example.com', 'HTTPS://API.Example.COM/'],
    ['api.example.com:443', 'https://api.example.com/'],
    ['api.example.com:8443', 'https://api.example.com:8443/'],
    ['*.example.com', 'https://api.example.com/'],
    ['*.example.com:8443', 'https://api.example.com:8443/'],
    ['*.eu.example.com', 'https://api.eu.example.com/'],
    ['xn--bcher-kva.example', 'https://bücher.example/'],
    ['localhost', 'http://localhost/'],
    ['localhost', 'http://localhost:8787/'],
    ['localhost:80', 'http://localhost/'],
    ['127.0.0.1', 'http://127.0.0.1:9000/'],
    ['127.0.0.1', 'https://127.0.0.1:9000/'],
    ['127.1.2.3', 'http://127.1.2.3/'],
    ['127.0.0.1', 'http://2130706433/'],
    ['[::1]', 'http://[::1]:8080/'],
    ['[::1]:8080', 'http://[0:0::1]:8080/'],
    ['192.0.2.1', 'https://192.0.2.1/'],
  ])('to %s: %s', async (host, url) => {
    const { sent, fetch } = net()
    await withWebIdentity(fetch, serialSource(), { hosts: ['other.example.net', host] })(url)
    expect(sent[0]?.token).toBe('Bearer t1')
  })
})

describe('the token is not shown', () => {
  test.each([
    ['api.example.com', 'http://api.example.com/'],
    ['api.example.com:80', 'http://api.example.com/'],
    ['api.example.com', 'https://api.example.com:8443/'],
    ['api.example.com:8443', 'https://api.example.com/'],
    ['api.example.com', 'https://example.com/'],
    ['api.example.com', 'https://api.example.com.evil.test/'],
    ['api.example.com', 'https://evil-api.example.com/'],
    ['api.example.com', 'https://api.example.com./'],
    ['api.example.com', 'https://apiXexample.com/'],
    ['api.example.com', 'https://evil.test/api.example.com'],
    ['*.example.com', 'https://example.com/'],
    ['*.example.com', 'https://.example.com/'],
    ['*.example.com', 'https://a.b.example.com/'],
    ['*.example.com', 'https://evilexample.com/'],
    ['*.example.com', 'http://api.example.com/'],
    ['*.example.com', 'https://api.example.com:8443/'],
    ['localhost:80', 'http://localhost:8787/'],
    ['127.evil.test', 'http://127.evil.test/'],
    ['127.0.0.1.evil.test', 'http://127.0.0.1.evil.test/'],
    ['localhost.evil.test', 'http://localhost.evil.test/'],
    ['evil-localhost', 'http://evil-localhost/'],
    ['1127.0.0.1.nip.test', 'http://1127.0.0.1.nip.test/'],
    ['192.0.2.1', 'http://192.0.2.1/'],
  ])('for %s: %s', async (host, url) => {
    const { sent, fetch } = net()
    const init = { headers: { a: 'b' }, redirect: 'follow' } as const
    await withWebIdentity(fetch, serialSource(), { hosts: [host] })(url, init)
    expect(sent[0]?.token).toBe(null)
    expect(sent[0]?.init).toBe(init)
  })

  test('to a relative address, or what is none, which pass through as they are', async () => {
    const asked: unknown[] = []
    const fetch = async (input: unknown) => {
      asked.push(input)
      return new Response()
    }
    const fetchApi = withWebIdentity(fetch, serialSource(), HOSTS)
    await fetchApi('/orders')
    await fetchApi('//api.example.com/')
    await fetchApi('data:,api.example.com')
    expect(asked).toEqual(['/orders', '//api.example.com/', 'data:,api.example.com'])
  })

  test.each<[string, Arguments]>([
    ['in init', [URL_OF_API, { headers: { AUTHORIZATION: 'Basic eDp5' } }]],
    ['in a list', [URL_OF_API, { headers: [['Authorization', 'Basic eDp5']] }]],
    ['in a Request', [new Request(URL_OF_API, { headers: { authorization: 'Basic eDp5' } })]],
    [
      'in a Request as init',
      [URL_OF_API, new Request(URL_OF_API, { headers: { authorization: 'Basic eDp5' } })],
    ],
  ])('over an Authorization header %s, whose 401 stands', async (_, given) => {
    const { sent, source, fetchApi } = setUp(refusal())
    expect((await fetchApi(...given)).status).toBe(401)
    expect(sent.map(({ token }) => token)).toEqual(['Basic eDp5'])
    expect(source.refused).toEqual([])
  })

  test('to where the caller points his URL after the call', async () => {
    const { sent, fetchApi } = setUp()
    const url = new URL(URL_OF_API)
    const headers = new Headers({ a: 'first' })
    const answer = fetchApi(url, { headers })
    url.hostname = 'evil.test'
    headers.set('authorization', 'Basic eDp5')
    await answer
    expect(sent[0]).toMatchObject({ url: URL_OF_API, token: 'Bearer t1' })
  })
})

describe('hosts', () => {
  test.each([
    '*',
    '*.com',
    '*.com.',
    '*.',
    '*..com',
    '*.*.example.com',
    'a.*.example.com',
    'api*.example.com',
    '*.127.0.0.1',
    '*.[::1]',
    'https://api.example.com',
    'api.example.com/',
    'api.example.com/path',
    'api.example.com?a',
    'api.example.com#a',
    'api.example.com\\a',
    'user@api.example.com',
    'API.example.com',
    'bücher.example',
    '127.1',
    '::1',
    '[0:0::1]',
    'api.example.com:',
    'api.example.com:0',
    'api.example.com:08443',
    'api.example.com:65536',
    'api.example.com:a',
    ' api.example.com',
    'api.example.com\n',
    '',
    ['api.example.com'] as unknown as string,
  ])('refuse %j by its place', (host) => {
    const make = () => withWebIdentity(net().fetch, serialSource(), { hosts: ['a.test', '*.a.test', host] })
    expect(make).toThrow(InputError)
    expect(make).toThrow(/^hosts\[2\] must be a host in lower case/)
  })

  test('must be at least one, and nothing else is an option', () => {
    const make = (options: object) => () => withWebIdentity(net().fetch, serialSource(), options as never)
    expect(make({ hosts: [] })).toThrow('hosts must name at least one host')
    expect(make({ hosts: 'api.example.com' })).toThrow('hosts must be an array')
    expect(make({})).toThrow('hosts is missing')
    expect(make({ ...HOSTS, host: 'a' })).toThrow('host is not known here')
  })

  test('are those that were given, whatever becomes of the list', async () => {
    const { sent, fetch } = net()
    const hosts = ['api.example.com']
    const fetchApi = withWebIdentity(fetch, serialSource(), { hosts })
    hosts.push('evil.test')
    await fetchApi('https://evil.test/')
    expect(sent[0]?.token).toBe(null)
  })
})
