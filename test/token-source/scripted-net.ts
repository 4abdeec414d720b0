// A fetch that plays a script and records what it was given, and a source whose tokens are counted.

import { type BearerSource, withWebIdentity } from '../../src/index.ts'

/** A request as it was sent. */
export interface Sent {
  readonly url: string
  readonly method: string
  readonly token: string | null
  readonly headers: Headers
  readonly body: string
  readonly init: RequestInit | undefined
}

export interface Net {
  readonly sent: Sent[]
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>
}

/** Answers with these one by one, and then with 200. */
export function net(...answers: Response[]): Net {
  const sent: Sent[] = []
  return {
    sent,
    async fetch(input, init) {
      const request = new Request(input, init)
      const { url, method, headers } = request
      const token = headers.get('authorization')
      sent.push({ url, method, token, headers, body: await request.text(), init })
      return answers.shift() ?? new Response('fine')
    },
  }
}

/** Tokens `t1`, `t2` …; each is given until it is invalidated. */
export function serialSource(): BearerSource & { readonly refused: (string | undefined)[] } {
  const refused: (string | undefined)[] = []
  return {
    refused,
    getToken: async () => `t${refused.length + 1}`,
    invalidate: async (token) => {
      refused.push(token)
    },
  }
}

export const refusal = () => new Response('no', { status: 401 })
export const redirect = (status: number, location?: string) =>
  new Response(null, { status, headers: location === undefined ? {} : { location } })

/** What fetch is called with. Streams need `duplex`, which the types of a web worker do not know. */
export type Arguments = [input: string | Request, init?: RequestInit & { duplex?: string }]

export const URL_OF_API = 'https://api.example.com/orders'
export const HOSTS = { hosts: ['api.example.com'] }

export function setUp(...answers: Response[]) {
  const { sent, fetch } = net(...answers)
  const source = serialSource()
  return { sent, source, fetchApi: withWebIdentity(fetch, source, HOSTS) }
}
