// What a token endpoint may answer, read here and by oauth4webapi: the same token, lifetime and scope, or a refusal, but
// for the exceptions that are written down below, each with its reason and a reply in which the two do differ.

import fc from 'fast-check'
import {
  type AuthorizationServer,
  processGenericTokenEndpointResponse,
  ResponseBodyError,
} from 'oauth4webapi'
import { describe, expect, test } from 'vitest'
import { ExchangeError, presets } from '../../src/exchange/index.ts'
import { readReply } from '../../src/exchange/reply.ts'
import { ResponseError } from '../../src/index.ts'

interface Reply {
  readonly status: number
  /** `undefined` where the header is absent. */
  readonly contentType: string | undefined
  readonly body: string
}

type Members = Readonly<Record<string, unknown>>

/** What came of a reply; `code` where the server said why it refuses. */
type Outcome =
  | { readonly token: string; readonly lifetime: number | undefined; readonly scope: string | undefined }
  | { readonly refused: true; readonly code?: string }

const preset = presets.custom({
  audience: 'a',
  signingAlgorithm: 'ES384',
  exchange: { tokenEndpoint: 'https://auth.example.com/token', grant: 'token-exchange' },
})
const TOKEN = 'access.token-1'
const GOOD = { access_token: TOKEN, token_type: 'Bearer', expires_in: 3600 }
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

const json = (members: unknown, status = 200): Reply => ({
  status,
  contentType: 'application/json',
  body: typeof members === 'string' ? members : JSON.stringify(members),
})
const good = (members: Members) => json({ ...GOOD, ...members })

/** What is refused here and accepted there. */
const stricter: readonly {
  readonly why: string
  readonly example: Reply
  readonly holds: (reply: Reply, members: Members) => boolean
}[] = [
  {
    why: 'a DPoP token needs a proof with each request, which nobody here makes (RFC 9449 section 7.1)',
    example: good({ token_type: 'DPoP' }),
    holds: (_, { token_type }) => typeof token_type === 'string' && token_type.toLowerCase() === 'dpop',
  },
  {
    why: 'a token that no header can carry would fail later, with a message that shows it',
    example: good({ access_token: 'two words' }),
    holds: (_, { access_token }) => typeof access_token === 'string' && /[^\x21-\x7e]/.test(access_token),
  },
  {
    why: 'what was issued is an ID token or SAML, and no access token (RFC 8693 section 2.2.1)',
    example: good({ issued_token_type: 'urn:ietf:params:oauth:token-type:id_token' }),
    holds: (_, { issued_token_type: type }) =>
      type !== undefined &&
      type !== null &&
      !(typeof type === 'string' && /^urn:ietf:params:oauth:token-type:(?:access_token|jwt)$/.test(type)),
  },
  {
    why: 'a token whose time is over would be asked for again at once, without end',
    example: good({ expires_in: 0 }),
    holds: (_, { expires_in }) => Number(expires_in) === 0 && expires_in !== null,
  },
  {
    why: 'a lifetime is a number, or its digits as a string, not what only begins with one',
    example: good({ expires_in: '3600 seconds' }),
    holds: (_, { expires_in }) =>
      expires_in !== undefined &&
      expires_in !== null &&
      typeof expires_in !== 'number' &&
      !(typeof expires_in === 'string' && /^\d{1,10}(?:\.\d{1,9})?$/.test(expires_in)),
  },
  {
    why: 'some servers say 200 and an error: a token beside it is none to rely on',
    example: good({ error: 'temporarily_unavailable' }),
    holds: (_, { error }) => error !== undefined && error !== null,
  },
  {
    why: 'a page that happens to be JSON is a proxy’s',
    example: { ...json(GOOD), contentType: 'text/html' },
    holds: ({ contentType }) => contentType !== undefined && !/^application\/(\w+\+)?json/i.test(contentType),
  },
  {
    why: 'no server may fill the memory',
    example: good({ more: 'x'.repeat(70_000) }),
    holds: ({ body }) => body.length > 65_536,
  },
]

/** What is accepted here and refused there: how the reply would have to be for that library. */
const laxer: readonly {
  readonly why: string
  readonly example: Reply
  readonly mend: (reply: Reply, members: Members) => Reply
}[] = [
  {
    why: 'servers answer 201 as well, and their bodies say what it is',
    example: json(GOOD, 201),
    mend: (reply) => (reply.status > 200 && reply.status < 300 ? { ...reply, status: 200 } : reply),
  },
  {
    why: 'null is how many serializers write what is absent',
    example: good({ expires_in: null, scope: null }),
    mend: (reply, members) =>
      without(reply, members, (name, value) => value === null && ['expires_in', 'scope'].includes(name)),
  },
  {
    why: 'refresh and ID tokens are not looked at: a new token of AWS is what refreshes',
    example: good({ refresh_token: 0, id_token: 'none' }),
    mend: (reply, members) => without(reply, members, (name) => ['refresh_token', 'id_token'].includes(name)),
  },
]

function without(
  reply: Reply,
  members: Members,
  isLeftOut: (name: string, value: unknown) => boolean,
): Reply {
  const kept = Object.entries(members).filter((entry) => !isLeftOut(...entry))
  return kept.length === Object.keys(members).length
    ? reply
    : { ...reply, body: JSON.stringify(Object.fromEntries(kept)) }
}

/** The members of a reply that is an object. */
function membersOf({ body }: Reply): Members {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
  } catch {
    return {}
  }
}

const responseOf = ({ status, contentType, body }: Reply) => {
  const response = new Response(body, { status })
  response.headers.delete('content-type')
  if (contentType !== undefined) response.headers.set('content-type', contentType)
  return response
}

async function there(reply: Reply): Promise<Outcome> {
  const server: AuthorizationServer = { issuer: 'https://auth.example.com' }
  try {
    const read = await processGenericTokenEndpointResponse(server, { client_id: 'a' }, responseOf(reply))
    const lifetime = read.expires_in === undefined ? undefined : read.expires_in * 1000
    return { token: read.access_token, lifetime, scope: read.scope }
  } catch (error) {
    return { refused: true, ...(error instanceof ResponseBodyError && { code: error.error }) }
  }
}

async function here(reply: Reply): Promise<Outcome> {
  const [step] = preset.exchange.steps
  if (step === undefined) throw new Error('The preset has a step.')
  const { signal } = new AbortController()
  const request = { step, preset, token: 'eyJ.of.aws', attempts: 1, signal }
  try {
    const { value, lifetime, scope } = await readReply(responseOf(reply), request)
    return { token: value, lifetime, scope }
  } catch (error) {
    if (error instanceof ExchangeError) return { refused: true, code: error.code }
    if (error instanceof ResponseError) return { refused: true }
    throw error
  }
}

/** What is to be read here, by what that library reads and the exceptions. */
async function expected(reply: Reply): Promise<Outcome> {
  if (reply.status < 300 && stricter.some(({ holds }) => holds(reply, membersOf(reply)))) {
    return { refused: true }
  }
  const mended = laxer.reduce((mending, { mend }) => mend(mending, membersOf(mending)), reply)
  const outcome = await there(mended)
  if ('refused' in outcome) return outcome
  // Theirs is what was said; here it is what is gone by.
  return {
    ...outcome,
    lifetime: Math.min(outcome.lifetime ?? 5 * MINUTE, DAY),
    scope: outcome.scope || undefined,
  }
}

async function agree(reply: Reply): Promise<void> {
  const [wanted, read] = await Promise.all([expected(reply), here(reply)])
  if (!('refused' in wanted)) {
    expect(read).toEqual(wanted)
    return
  }
  expect(read).toMatchObject({ refused: true })
  // Which is for people and programs: nothing else than what RFC 6749 lets it have.
  if (wanted.code === undefined || !('refused' in read)) return
  // And nothing of a token that stands beside it, be it as short as a letter.
  const { code } = wanted
  const isSecret = ([name, value]: [string, unknown]) =>
    name.endsWith('token') && typeof value === 'string' && value !== '' && code.includes(value)
  const isShown = /^[\w.-]{1,100}$/.test(code) && !Object.entries(membersOf(reply)).some(isSecret)
  expect(read.code).toBe(isShown ? code : 'exchange_refused')
}

describe('an exception is one', () => {
  test.each(stricter)('refused here alone: $why', async ({ example }) => {
    expect(await there(example)).toMatchObject({ token: expect.any(String) })
    expect(await here(example)).toMatchObject({ refused: true })
    await agree(example)
  })

  test.each(laxer)('accepted here alone: $why', async ({ example }) => {
    expect(await there(example)).toMatchObject({ refused: true })
    expect(await here(example)).toMatchObject({ token: TOKEN })
    await agree(example)
  })
})

const lifetimes = [
  1,
  59.5,
  3600,
  '3600',
  '59.5',
  86_401,
  1e12,
  '9999999999',
  -1,
  '-1',
  '',
  'soon',
  true,
  false,
  [],
  [60],
  {},
]
const types = ['Bearer', 'bearer', 'BEARER', ' Bearer', 'Bearer ', 'N_A', 'mac', '', null, 1, ['Bearer'], {}]
const tokens = ['a', 'a.b.c', '~', '', null, 0, 1, true, [], ['a'], {}]

describe('the same is read', () => {
  test.each<[string, Reply]>([
    ['all that is asked for', json(GOOD)],
    ['no expires_in', json({ access_token: TOKEN, token_type: 'Bearer' })],
    ['no token_type', json({ access_token: TOKEN })],
    ['no access_token', json({ token_type: 'Bearer' })],
    ['nothing but a member of another name', json({ token: TOKEN })],
    ['expires_in without an end', json(`{"access_token":"a","token_type":"bearer","expires_in":1e999}`)],
    ['expires_in that is no JSON', json(`{"access_token":"a","token_type":"bearer","expires_in":NaN}`)],
    ['a member twice', json(`{"access_token":"a","access_token":"b","token_type":"bearer"}`)],
    ['a member __proto__', json(`{"__proto__":{"access_token":"a"},"token_type":"bearer"}`)],
    ['a byte order mark', json(`\ufeff${JSON.stringify(GOOD)}`)],
    ['white space around it', json(`\r\n ${JSON.stringify(GOOD)}\t`)],
    ['something behind it', json(`${JSON.stringify(GOOD)}}`)],
    ['half of it', json(JSON.stringify(GOOD).slice(0, 30))],
    ['an array', json([GOOD])],
    ['null', json('null')],
    ['a string', json(JSON.stringify(TOKEN))],
    ['nothing', json('')],
    ['no content type', { ...json(GOOD), contentType: undefined }],
    ['parameters of the content type', { ...json(GOOD), contentType: 'application/json; charset=utf-8' }],
    ['nested in another', json({ data: GOOD })],
    ['a scope', good({ scope: 'a b' })],
    ['an empty scope', good({ scope: '' })],
    ['a scope that is a list', good({ scope: ['a'] })],
    ['an issued_token_type', good({ issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' })],
    ...lifetimes.map((expires_in): [string, Reply] => [
      `expires_in ${JSON.stringify(expires_in)}`,
      good({ expires_in }),
    ]),
    ...types.map((token_type): [string, Reply] => [
      `token_type ${JSON.stringify(token_type)}`,
      good({ token_type }),
    ]),
    ...tokens.map((access_token): [string, Reply] => [
      `access_token ${JSON.stringify(access_token)}`,
      good({ access_token }),
    ]),
    ['an error', json({ error: 'invalid_grant', error_description: 'No.' }, 400)],
    ['an error without words', json({ error: 'invalid_client' }, 401)],
    ['an error with other members', json({ error: 'invalid_target', error_uri: 'https://a', x: 1 }, 400)],
    ['an error with a code that is none', json({ error: 'a "b"' }, 400)],
    ['an error with an empty code', json({ error: '' }, 400)],
    ['an error that is an object', json({ error: { message: 'No.' } }, 400)],
    ['an error that is a list', json({ error: ['invalid_grant'] }, 400)],
    ['an error that quotes a token', json({ error: '0', refresh_token: '0' }, 400)],
    ['an error as a page', { status: 400, contentType: 'text/html', body: '<h1>Bad Request</h1>' }],
    ['an error without a body', { status: 403, contentType: undefined, body: '' }],
    ['an error of the server', json({ error: 'server_error' }, 500)],
    ['a token with the status of an error', json(GOOD, 400)],
    ['a redirect', json(GOOD, 302)],
  ])('%s', async (_, reply) => agree(reply))
})

test('the same is read of a thousand replies that nobody thought of', async () => {
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom(...lifetimes, ...types, ...tokens),
    fc.integer(),
    fc.integer().map(String),
    fc.double().map(String),
  )
  const usually = <T, U>(value: T, other: fc.Arbitrary<U>) =>
    fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: other })
  const reply: fc.Arbitrary<Reply> = fc.record({
    status: usually(200, fc.constantFrom(201, 206, 302, 400, 401, 403, 429, 500, 503)),
    contentType: usually(
      'application/json',
      fc.constantFrom(undefined, 'text/html', 'application/JSON', 'text/plain', 'application/problem+json'),
    ),
    body: fc
      .record(
        {
          access_token: usually(TOKEN, odd),
          token_type: usually('Bearer', odd),
          expires_in: usually(3600, odd),
          scope: usually('a b', odd),
          issued_token_type: usually('urn:ietf:params:oauth:token-type:access_token', odd),
          refresh_token: odd,
          error: odd,
        },
        { requiredKeys: ['access_token', 'token_type'] },
      )
      .map((members) => JSON.stringify(members)),
  })
  await fc.assert(fc.asyncProperty(reply, agree), { numRuns: 1000 })
})
