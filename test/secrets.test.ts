import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createTokenSource, isWebIdentityError, type TokenSourceEvent } from '../src/index.ts'
import { makeClient } from './support/client.ts'
import { everyError, SECRETS } from './support/every-error.ts'

const made = await everyError(makeClient)

/** A value in every way in which it is written down, its inherited, hidden and cloned parts included. */
function writings(value: unknown): string[] {
  const clone: unknown = (() => {
    try {
      return structuredClone(value)
    } catch {
      return undefined // a client cannot be cloned, which is as well
    }
  })()
  return [value, clone].flatMap((each) => [
    String(each),
    JSON.stringify(each) ?? '',
    inspect(each, { depth: 9, showHidden: true, getters: true }),
    each instanceof Error ? `${each.stack} ${each.message} ${inspect(each.cause, { depth: 9 })}` : '',
    typeof each === 'object' && each !== null ? Object.getOwnPropertyNames(each).join() : '',
  ])
}

describe('no secret is in any error, or in the client that made it', () => {
  test('of all 30 ways to fail', () => {
    expect(made).toHaveLength(30)
    for (const { error } of made) expect(isWebIdentityError(error)).toBe(true)
  })

  for (const { name, error, client } of made) {
    test(name, () => {
      for (const text of [...writings(error), ...writings(client)]) {
        for (const secret of SECRETS) expect(text).not.toContain(secret)
      }
    })
  }
})

test('nor in what a token source tells of each of them', async () => {
  const events: TokenSourceEvent[] = []
  for (const { client: sts } of made) {
    const request = { audience: 'https://api.example.com', signingAlgorithm: 'ES384' } as const
    const source = createTokenSource({ sts, ...request, onEvent: (event) => events.push(event) })
    await source.getToken().catch(() => {})
  }
  const told = events.filter((event) => event.type === 'refresh_failed').map(({ message }) => message)
  // The client that was asked for what is wrong fails as well: its token ended long ago.
  expect(told).toHaveLength(made.length)
  expect(told).not.toContain(undefined)
  for (const text of writings(events)) for (const secret of SECRETS) expect(text).not.toContain(secret)
})

test('the search finds a secret that is there', () => {
  const [secret = ''] = SECRETS
  const told = new Error('x', { cause: new Error(`of ${secret}`) })
  expect(writings(told).some((text) => text.includes(secret))).toBe(true)
})
