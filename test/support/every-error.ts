// Makes every error that the client can make, each provoked the way it comes about, by a service that echoes
// all that it was sent: the headers, the secret key, a token. It runs in any runtime.

import type { StsClient, StsClientOptions } from '../../src/index.ts'
import { errorReply, INPUT, rejectionOf, TOKEN, tokenReply } from './replies.ts'
import { streamOf, xmlReply } from './scripted-fetch.ts'

export const SECRET_KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYSECRETKEY1'
export const SESSION_TOKEN =
  'IQoJb3JpZ2luX2VjEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRq=='

/** What must be seen nowhere, in any spelling in which it could be recognized. */
export const SECRETS: readonly string[] = [
  SECRET_KEY,
  SECRET_KEY.replaceAll('/', '\\/'),
  SECRET_KEY.slice(0, -1),
  SESSION_TOKEN.toLowerCase(),
  SESSION_TOKEN.replaceAll('/', '%2f'),
  SESSION_TOKEN.slice(20, 40),
  encodeURIComponent(SECRET_KEY),
  SESSION_TOKEN,
  encodeURIComponent(SESSION_TOKEN),
  SESSION_TOKEN.slice(0, 40),
  TOKEN,
  TOKEN.slice(0, 40),
  'c2lnbmF0dXJl', // the token's last part
]

const ESCAPED = `${SESSION_TOKEN.toLowerCase()} ${SESSION_TOKEN.replaceAll('/', '%2f')} ${SESSION_TOKEN.replaceAll('/', '\\/')} ${SECRET_KEY.replaceAll('/', '\\/')} ${SECRET_KEY.slice(0, -1)} ${SESSION_TOKEN.replaceAll(/.{20}/g, '$&\n')}`
const ECHO = `${ESCAPED} ${SECRET_KEY} ${encodeURIComponent(SECRET_KEY)} x-amz-security-token:${SESSION_TOKEN}\n${encodeURIComponent(SESSION_TOKEN)} Bearer ${TOKEN}`

/** A client of the package that is tested, which makes one attempt. */
export type MakeClient = (options: Partial<StsClientOptions>) => StsClient

export async function everyError(
  makeClient: MakeClient,
): Promise<{ name: string; client: StsClient; error: unknown }[]> {
  const replies: Record<string, () => Response> = {
    'a refusal': () => xmlReply(errorReply('AccessDenied', ECHO), { status: 403 }),
    'a refusal with a secret for a code': () => xmlReply(errorReply(TOKEN), { status: 403 }),
    'a refusal with a secret for a request id': () =>
      xmlReply(errorReply('AccessDenied').replace(/<RequestId>[^<]*/, `<RequestId>${SESSION_TOKEN}`), {
        status: 403,
      }),
    'a refusal with a secret for a request id in a header': () =>
      xmlReply(errorReply('AccessDenied').replace(/<RequestId>.*<\/RequestId>/, ''), {
        status: 403,
        headers: { 'x-amzn-requestid': SESSION_TOKEN },
      }),
    'federation that is off': () =>
      xmlReply(errorReply('OutboundWebIdentityFederationDisabledException', ECHO), { status: 403 }),
    'a session that is short': () =>
      xmlReply(errorReply('SessionDurationEscalationException', ECHO), { status: 403 }),
    'claims that are long': () =>
      xmlReply(errorReply('JWTPayloadSizeExceededException', ECHO), { status: 400 }),
    'an HTML page': () =>
      new Response(`<p>${ECHO}`, { status: 502, headers: { 'content-type': 'text/html' } }),
    'a content type that is a secret': () =>
      new Response('x', { status: 200, headers: { 'content-type': `text/${SESSION_TOKEN}` } }),
    JSON: () => Response.json({ token: TOKEN, sessionToken: SESSION_TOKEN, secret: SECRET_KEY }),
    'JSON as PHP writes it': () =>
      new Response(JSON.stringify({ h: SESSION_TOKEN, k: SECRET_KEY }).replaceAll('/', '\\/'), {
        status: 502,
        headers: { 'content-type': 'application/json' },
      }),
    nothing: () => xmlReply(''),
    'half a reply': () => xmlReply(tokenReply().slice(0, tokenReply().indexOf('c2ln'))),
    'two tokens': () => xmlReply(tokenReply(`${TOKEN}</WebIdentityToken><WebIdentityToken>${TOKEN}`)),
    'a token in an element of its own name': () => xmlReply(`<${TOKEN}/>`),
    'an entity of a token': () => xmlReply(`<!DOCTYPE a [<!ENTITY t "${TOKEN}">]><a>&t;</a>`),
    'a redirect': () =>
      new Response(null, { status: 307, headers: { location: `https://x.example/?${TOKEN}` } }),
    'a body that breaks off': () => xmlReply(streamOf([tokenReply().slice(0, 200)], 'error').stream),
    'a body that is too long': () => xmlReply(TOKEN.repeat(2000)),
    'a body that is no text': () => xmlReply(new Uint8Array([0xff, 0xfe])),
  }
  const made = Object.entries(replies).map(([name, reply]) => ({
    name,
    client: makeClient({ credentials, fetch: async () => reply() }),
  }))
  const hang = () => new Promise<never>(() => {})
  made.push(
    {
      name: 'no response',
      client: makeClient({ credentials, fetch: () => Promise.reject(new TypeError('fetch failed')) }),
    },
    {
      name: 'a fetch whose error holds the request',
      client: makeClient({ credentials, fetch: () => Promise.reject(told('fetch failed')) }),
    },
    {
      name: 'a body whose error holds the reply',
      client: makeClient({
        credentials,
        fetch: async () => xmlReply(new ReadableStream({ pull: () => Promise.reject(told('broken')) })),
      }),
    },
    {
      name: 'a provider whose error holds the keys',
      client: makeClient({ credentials: () => Promise.reject(told('no role')) }),
    },
    { name: 'a time-out', client: makeClient({ credentials, fetch: hang, timeout: 1 }) },
    {
      name: 'a malformed key',
      client: makeClient({ credentials: { ...credentials, secretAccessKey: `${SECRET_KEY}\n` } }),
    },
    {
      name: 'a malformed session',
      client: makeClient({ credentials: { ...credentials, sessionToken: `${SESSION_TOKEN}\n` } }),
    },
    {
      name: 'a malformed id',
      client: makeClient({ credentials: { ...credentials, accessKeyId: `${SECRET_KEY} ` } }),
    },
    { name: 'the global endpoint', client: makeClient({ credentials, region: 'aws-global' }) },
  )
  const errors = await Promise.all(
    made.map(async ({ name, client }) => ({
      name,
      client,
      error: await rejectionOf(client.getWebIdentityToken(INPUT)),
    })),
  )
  const client = makeClient({ credentials, fetch: async () => xmlReply(tokenReply()) })
  const wrongInput = await rejectionOf(client.getWebIdentityToken({ ...INPUT, audience: [] }))
  return [...errors, { name: 'a wrong input', client, error: wrongInput }]
}

/** What axios and undici do: the request, or the bytes that came, hang on the error and on its cause. */
function told(message: string): Error {
  const inner = Object.assign(new Error(`${message}: ${ECHO}`), { data: ECHO, config: { headers: [ECHO] } })
  return Object.assign(new TypeError(`${message}: ${ECHO}`, { cause: inner }), {
    data: ECHO,
    request: { ECHO },
  })
}

const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: SECRET_KEY,
  sessionToken: SESSION_TOKEN,
}
