// Neither the token of AWS nor the access token is ever in an error or an event, whatever a party does with them.

import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createTokenExchange, presets } from '../../src/exchange/index.ts'
import type { TokenSourceEvent } from '../../src/index.ts'
import { rejectionOf } from '../support/client.ts'
import { type Answer, scriptedFetch } from '../support/scripted-fetch.ts'
import { fakeSource } from './fake-source.ts'
import { known } from './parties.ts'

const ACCESS = 'ya29.c0ASRK0GbyAccess-Token_of_nobody-0123456789'

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers })

/** What a party may do with the token that it was sent, or is about to give. */
const indiscretions: readonly [string, (subject: string) => Answer][] = [
  ['quotes it', (token) => json(400, { error: 'invalid_grant', error_description: `bad token ${token}` })],
  ['makes it the code', (token) => json(400, { error: token })],
  ['makes a part of it the code', (token) => json(400, { error: token.slice(5, 60) })],
  ['quotes a half of it', (token) => json(400, { error: 'x', error_description: token.slice(10, 60) })],
  ['quotes it encoded', (token) => json(400, { error: 'x', error_description: encodeURIComponent(token) })],
  ['quotes it in a shape of its own', (token) => json(400, { error: { type: 'x', message: token } })],
  [
    'quotes it in a page',
    (token) => new Response(`<p>${token}</p>`, { status: 502, headers: { 'content-type': 'text/html' } }),
  ],
  ['names a request by it', (token) => json(400, { error: 'x' }, { 'x-request-id': token })],
  ['calls a type by it', (token) => new Response('x', { headers: { 'content-type': `text/${token}` } })],
  [
    'leads elsewhere with it',
    (token) => new Response(null, { status: 302, headers: { location: `https://a/?t=${token}` } }),
  ],
  ['gives access under another name', () => json(200, { accessToken: ACCESS })],
  ['gives access of another type', () => json(200, { access_token: ACCESS, token_type: 'DPoP' })],
  [
    'gives access and an error',
    () => json(200, { error: 'x', error_description: `${ACCESS}`, access_token: ACCESS }),
  ],
  [
    'gives half a reply',
    () => new Response(`{"access_token":"${ACCESS}"`, { headers: { 'content-type': 'application/json' } }),
  ],
  [
    'breaks off with words that quote it',
    (token) => () =>
      new Response(
        new ReadableStream({ pull: (controller) => controller.error(new TypeError(`bad ${token}`)) }),
        { headers: { 'content-type': 'application/json' } },
      ),
  ],
  ['gives access as text', () => new Response(ACCESS, { headers: { 'content-type': 'text/plain' } })],
  ['gives access with a line break', () => json(200, { access_token: `${ACCESS}\n`, token_type: 'Bearer' })],
]

/** All of a value that a log may show. */
function shown(value: unknown): string {
  const error = value instanceof Error ? value : new Error('none', { cause: value })
  return [
    inspect(value, { depth: 10, showHidden: true, getters: true }),
    JSON.stringify(value),
    String(value),
    error.message,
    error.stack,
    JSON.stringify(Object.getOwnPropertyDescriptors(error)),
  ].join('\n')
}

/** Whether as many characters stand in there as are no accident. */
function holds(text: string, secret: string): boolean {
  for (let start = 0; start + 12 <= secret.length; start += 1) {
    if (text.includes(secret.slice(start, start + 12))) return true
  }
  return false
}

describe('a party that', () => {
  test.each(indiscretions)('%s', async (_, answer) => {
    const preset = presets.openRouter(known.openRouter)
    const source = fakeSource(preset.tokenRequest)
    const subject = await source.getToken()
    const events: TokenSourceEvent[] = []
    const fetch = scriptedFetch(answer(subject))
    const access = createTokenExchange(preset, source, {
      fetch,
      maxAttempts: 1,
      onEvent: (event) => events.push(event),
    })
    const error = await rejectionOf(access.getToken())
    const text = `${shown(error)}\n${shown(events)}\n${shown(access)}`
    expect(fetch.requests[0]?.body).toContain(subject)
    expect(events).toHaveLength(1)
    for (const secret of [subject, ACCESS]) expect(holds(text, secret)).toBe(false)
  })

  test('fails with an error that quotes it', async () => {
    const preset = presets.openRouter(known.openRouter)
    const source = fakeSource(preset.tokenRequest)
    const subject = await source.getToken()
    const failure = Object.assign(new TypeError(`fetch failed for ${subject}`, { cause: { subject } }), {
      subject,
    })
    const access = createTokenExchange(preset, source, { fetch: scriptedFetch(failure), maxAttempts: 1 })
    expect(holds(shown(await rejectionOf(access.getToken())), subject)).toBe(false)
  })
})

test('access that is too short to be seen as such is not shown either', async () => {
  const preset = presets.openRouter(known.openRouter)
  const fetch = scriptedFetch(new Response('ya29.short', { headers: { 'content-type': 'text/plain' } }))
  const access = createTokenExchange(preset, fakeSource(preset.tokenRequest), { fetch, maxAttempts: 1 })
  expect(shown(await rejectionOf(access.getToken()))).not.toContain('ya29')
})

test('a source that works shows neither', async () => {
  const preset = presets.openRouter(known.openRouter)
  const source = fakeSource(preset.tokenRequest)
  const events: TokenSourceEvent[] = []
  const fetch = scriptedFetch(json(200, { access_token: ACCESS, token_type: 'Bearer', expires_in: 60 }))
  const access = createTokenExchange(preset, source, { fetch, onEvent: (event) => events.push(event) })
  expect(await access.getToken()).toBe(ACCESS)
  const text = `${shown(events)}\n${shown(access)}\n${shown(preset)}`
  for (const secret of [await source.getToken(), ACCESS]) expect(holds(text, secret)).toBe(false)
})
