// How keys are fetched and kept, by a clock that the tests move and a `fetch` that counts.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createEmulator } from '../../src/emulator/index.ts'
import { createVerifier, type VerificationError } from '../../src/verify/index.ts'
import {
  ACCOUNT,
  AUDIENCE,
  clockAt,
  codeOf,
  counted,
  goodClaims,
  ISSUER,
  jwks,
  mint,
  NAMESPACE,
  now,
  sign,
  stage,
} from './support.ts'

const MINUTE = 60_000
const CONFIGURATION = '/.well-known/openid-configuration'
const discovery = { issuer: ISSUER, jwks_uri: `${ISSUER}/.well-known/jwks.json` }

/** An issuer whose answers a test changes, and a verifier that remembers no token, so that each needs the keys. */
async function scripted(options: { account?: string; keysFreshFor?: number; fetchTimeout?: number } = {}) {
  const clock = clockAt()
  const answers = {
    discovery: async (_: string): Promise<Response> => Response.json(discovery),
    jwks: async (_: RequestInit): Promise<Response> => Response.json(await jwks()),
  }
  const { urls, fetch } = counted(async (url, init = {}) =>
    url.endsWith(CONFIGURATION) ? answers.discovery(url) : answers.jwks(init),
  )
  const verifier = createVerifier({
    audience: AUDIENCE,
    issuer: ISSUER,
    fetch,
    now: clock.now,
    remember: 0,
    maxTokenAge: 3_600_000,
    ...options,
  })
  const token = async (claims = {}, header = {}) => {
    const iat = Math.floor(clock.time / 1000)
    return sign(goodClaims({ iat, exp: iat + 300, ...claims }), header)
  }
  const verify = async (claims = {}, header = {}) => verifier.verify(await token(claims, header))
  return { clock, answers, urls, verifier, verify, token }
}

const down = async () => new Response('down', { status: 503 })
/** Lets whatever was begun in the background come to its end. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20))

describe('keys are fetched', () => {
  test('from the discovery document and the JWKS, once for many tokens at a time', async () => {
    const { verify, urls } = await scripted()
    await Promise.all(Array.from({ length: 20 }, () => verify()))
    expect(urls).toEqual([`${ISSUER}${CONFIGURATION}`, discovery.jwks_uri])
  })

  test('by prefetch, so that the first token fetches nothing', async () => {
    const { verify, verifier, urls } = await scripted()
    await verifier.prefetch()
    await verifier.prefetch()
    await verify()
    expect(urls).toHaveLength(2)
  })

  test('by prefetch of nobody where no issuer is given', async () => {
    const { verifier, urls } = stage()
    await verifier.prefetch()
    expect(urls).toEqual([])
  })

  test('and a token that is over when they come is refused', async () => {
    const { clock, answers, verify } = await scripted()
    answers.jwks = async () => {
      clock.time += 300_000
      return Response.json(await jwks())
    }
    expect(await codeOf(verify())).toBe('expired')
  })

  test('without the token, and without following a redirect', async () => {
    const { verify, answers } = await scripted()
    const seen: RequestInit[] = []
    answers.jwks = async (init) => {
      seen.push(init)
      return Response.json(await jwks())
    }
    await verify()
    expect(seen).toEqual([
      { headers: { accept: 'application/json' }, redirect: 'manual', signal: expect.any(AbortSignal) },
    ])
  })

  test('not at all for an issuer that is none', async () => {
    const { verify, urls } = await scripted()
    for (const iss of ['https://evil.example', `${ISSUER}/`, ISSUER.toUpperCase(), `${ISSUER}\n`, '']) {
      expect(await codeOf(verify({ iss }))).toBe('issuer')
    }
    expect(urls).toEqual([])
  })
})

test.each([
  'https://x.tokens.sts.global.api.aws.evil.example',
  'https://x.tokens.sts.global.api.aws:443',
  'https://x.y.tokens.sts.global.api.aws',
  'https://X.tokens.sts.global.api.aws',
  'http://x.tokens.sts.global.api.aws',
  'https://x@tokens.sts.global.api.aws',
  'https://x.tokens.sts.global.api.aws/',
  'https://x.tokens.sts.global.api.aws\n',
  'https://evil.example/x.tokens.sts.global.api.aws',
  'http://localhost:1',
])('where only an account is pinned, %j is no issuer of AWS, and nobody is asked', async (iss) => {
  const { verifier, urls } = stage()
  expect(await codeOf(verifier.verify(await sign(goodClaims({ iss }))))).toBe('issuer')
  expect(urls).toEqual([])
})

describe('keys are kept', () => {
  test('ten minutes as they are, then renewed while the old ones serve', async () => {
    const { verify, clock, urls } = await scripted()
    await verify()
    clock.time += 10 * MINUTE - 1
    await verify()
    expect(urls).toHaveLength(2)
    clock.time += 1
    await verify()
    await settled()
    expect(urls).toHaveLength(4)
    await verify()
    expect(urls).toHaveLength(4)
  })

  test('while they are renewed nobody waits', async () => {
    const { verify, clock, answers } = await scripted()
    await verify()
    clock.time += 11 * MINUTE
    answers.discovery = () => new Promise(() => {})
    await verify()
    await verify()
  })

  test('not after an idle spell, when a key may have been withdrawn: then all wait for the new ones', async () => {
    const { verify, clock, answers, urls } = await scripted()
    await verify()
    answers.jwks = async () => Response.json({ keys: [] })
    clock.time += 20 * MINUTE
    const outcomes = await Promise.all([1, 2, 3].map(() => codeOf(verify())))
    expect(outcomes).toEqual(['key_not_found', 'key_not_found', 'key_not_found'])
    expect(urls).toHaveLength(4)
  })

  test('after an idle spell too where the issuer is down, and in an outage nobody waits', async () => {
    const { verify, clock, answers, urls } = await scripted()
    await verify()
    answers.discovery = down
    clock.time += 20 * MINUTE
    await verify()
    expect(urls).toHaveLength(3)
    answers.discovery = () => new Promise(() => {})
    clock.time += 1000
    await verify()
    expect(urls).toHaveLength(4)
  })

  test('where the issuer is down, without asking it for each token', async () => {
    const { verify, clock, answers, urls } = await scripted()
    await verify()
    answers.discovery = down
    clock.time += 11 * MINUTE
    for (let n = 0; n < 3; n += 1) {
      await verify()
      await settled()
    }
    expect(urls).toHaveLength(3)
  })

  test('for a day where the issuer cannot be reached, and no longer', async () => {
    const { verify, clock, answers, urls } = await scripted()
    await verify()
    answers.discovery = down
    clock.time += 24 * 60 * MINUTE - 1
    await verify()
    await settled()
    expect(urls).toHaveLength(3)
    clock.time += 1
    expect(await codeOf(verify())).toBe('keys_unavailable')
  })

  test.each([
    ['max-age=120', 120_000],
    ['public, max-age=5', 60_000],
    ['no-store', 60_000],
    ['no-cache', 60_000],
    ['max-age=86400', 600_000],
    ['x-max-age=120', 600_000],
  ])('as long as Cache-Control: %s says, between a minute and keysFreshFor', async (header, freshFor) => {
    const { verify, clock, answers, urls } = await scripted()
    answers.jwks = async () => Response.json(await jwks(), { headers: { 'cache-control': header } })
    await verify()
    clock.time += freshFor - 1
    await verify()
    await settled()
    expect(urls).toHaveLength(2)
    clock.time += 1
    await verify()
    await settled()
    expect(urls).toHaveLength(4)
  })

  test('until the clock is set back, when they are renewed', async () => {
    const { verify, clock, urls } = await scripted()
    await verify()
    clock.time -= MINUTE
    await verify()
    await settled()
    expect(urls).toHaveLength(4)
  })
})

describe('a key that is not known', () => {
  test('is asked for once in 30 seconds, however many tokens name it', async () => {
    const { token, verifier, clock, urls } = await scripted()
    const forged = await Promise.all([1, 2, 3].map((n) => token({}, { kid: `forged-${n}` })))
    const storm = () =>
      Promise.all(Array.from({ length: 10_000 }, (_, n) => codeOf(verifier.verify(forged[n % 3] ?? ''))))
    expect(new Set(await storm())).toEqual(new Set(['key_not_found']))
    expect(urls).toHaveLength(2)
    clock.time += 29_999
    await storm()
    expect(urls).toHaveLength(2)
    clock.time += 1
    await storm()
    expect(urls).toHaveLength(4)
  }, 30_000)

  test('is found when the issuer has published it since', async () => {
    const { verify, clock, answers } = await scripted()
    await verify()
    answers.jwks = async () => Response.json(await jwks('EC384_1'))
    clock.time += 30_000
    expect((await verify({}, { kid: 'EC384_1' })).accountId).toBe(ACCOUNT)
    expect(await codeOf(verify())).toBe('key_not_found')
  })

  test('is not called missing while the issuer cannot be asked', async () => {
    const { verify, clock, answers } = await scripted()
    await verify()
    answers.discovery = down
    clock.time += 30_000
    expect(await codeOf(verify({}, { kid: 'new' }))).toBe('keys_unavailable')
    expect(await codeOf(verify({}, { kid: 'new' }))).toBe('keys_unavailable')
    await verify()
  })
})

test.each([{ issuer: ISSUER }, { account: ACCOUNT }])(
  'by a clock that gives no number nobody is asked, with %j',
  async (pin) => {
    const { urls, fetch } = counted(async () => down())
    const shared = { audience: AUDIENCE, fetch, now: () => Number.NaN }
    const verifier = createVerifier({ ...shared, ...pin })
    const token = await sign()
    for (let n = 0; n < 3; n += 1) expect(await codeOf(verifier.verify(token))).not.toBe('accepted')
    expect(urls).toEqual([])
  },
)

test('by such a clock an issuer that the owner named is not asked ahead either, and the clock is blamed', async () => {
  const { urls, fetch } = counted(async () => down())
  const verifier = createVerifier({ audience: AUDIENCE, issuer: ISSUER, fetch, now: () => Number.NaN })
  await expect(verifier.prefetch()).rejects.toMatchObject({
    code: 'keys_unavailable',
    message: expect.stringMatching(/the clock of this machine \("now"\) gives no number$/),
  })
  expect(urls).toEqual([])
})

describe('an issuer that is down', () => {
  test('is asked again a second later, then two, and not for each token', async () => {
    const { verify, clock, answers, urls } = await scripted()
    const up = answers.discovery
    answers.discovery = down
    expect(await codeOf(verify())).toBe('keys_unavailable')
    expect(await codeOf(verify())).toBe('keys_unavailable')
    expect(urls).toHaveLength(1)
    clock.time += 1000
    expect(await codeOf(verify())).toBe('keys_unavailable')
    clock.time += 1999
    expect(await codeOf(verify())).toBe('keys_unavailable')
    expect(urls).toHaveLength(2)
    clock.time += 1
    answers.discovery = up
    await verify()
    expect(urls).toHaveLength(4)
  })

  test('is asked every 30 seconds at last', async () => {
    const { verify, clock, answers, urls } = await scripted()
    answers.discovery = down
    for (let n = 1; n <= 10; n += 1) {
      expect(await codeOf(verify())).toBe('keys_unavailable')
      expect(urls).toHaveLength(n)
      clock.time += 30_000
    }
    await codeOf(verify())
    clock.time += 29_999
    await codeOf(verify())
    expect(urls).toHaveLength(11)
  })

  test('is asked again a second later when it was up in between', async () => {
    const { verify, clock, answers, urls } = await scripted()
    const up = answers.discovery
    answers.discovery = down
    for (const pause of [1000, 2000, 4000]) {
      await codeOf(verify())
      clock.time += pause
    }
    answers.discovery = up
    await verify()
    answers.discovery = down
    clock.time += 11 * MINUTE
    await verify()
    await settled()
    const before = urls.length
    clock.time += 1000
    await verify()
    expect(urls).toHaveLength(before + 1)
  })

  test('is left alone as long where it took its time to fail', async () => {
    const { verify, clock, answers, urls } = await scripted()
    const slowly = (length: number) => async () => {
      clock.time += length
      return down()
    }
    answers.discovery = slowly(5000)
    await codeOf(verify())
    clock.time += 999
    expect(await codeOf(verify())).toBe('keys_unavailable')
    expect(urls).toHaveLength(1)
    clock.time += 1
    await codeOf(verify())
    clock.time += 1999
    await codeOf(verify())
    expect(urls).toHaveLength(2)
  })

  test('is not asked for a key that is not known either, within 30 seconds of its slow answer', async () => {
    const { verify, clock, answers, urls } = await scripted({ fetchTimeout: 60_000 })
    await verify()
    clock.time += 30_000
    answers.discovery = async () => {
      clock.time += 40_000
      return down()
    }
    expect(await codeOf(verify({}, { kid: 'forged' }))).toBe('keys_unavailable')
    clock.time += 29_999
    expect(await codeOf(verify({}, { kid: 'forged' }))).toBe('keys_unavailable')
    expect(urls).toHaveLength(3)
  })

  test('is given up after fetchTimeout where it hangs', async () => {
    const { verify, answers } = await scripted({ fetchTimeout: 30 })
    answers.jwks = () => new Promise(() => {})
    expect(await codeOf(verify())).toBe('keys_unavailable')
  })
})

describe('a flight that is lost with its request, as in workerd', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  /** Neither its answer comes, until then at least, nor do its timers. */
  function loseTheNextFlight(answers: Awaited<ReturnType<typeof scripted>>['answers']) {
    const { promise, resolve } = Promise.withResolvers<Response>()
    const { discovery: up } = answers
    answers.discovery = () => {
      answers.discovery = up
      return promise
    }
    vi.spyOn(globalThis, 'setInterval').mockReturnValueOnce(undefined as never)
    return resolve
  }

  // Two looks at its heart, and WebCrypto, which knows no fake clock, in between.
  async function onceSureOfTheLoss<Value>(promise: Promise<Value>): Promise<Value> {
    let isOver = false
    void promise.then(() => {
      isOver = true
    })
    for (let turn = 0; !isOver && turn < 200; turn += 1) {
      await settled()
      await vi.advanceTimersByTimeAsync(50)
    }
    return promise
  }

  test('does not hold up those who wait for it', async () => {
    const { verify, answers, urls } = await scripted({ fetchTimeout: 60_000 })
    loseTheNextFlight(answers)
    const waiting = [verify(), verify()]
    while (urls.length === 0) await settled()
    await settled()
    await vi.advanceTimersByTimeAsync(3100)
    for (const { accountId } of await Promise.all(waiting)) expect(accountId).toBe(ACCOUNT)
    expect(urls).toHaveLength(3)
  })

  test('and that nobody waited for is made up for by the next token', async () => {
    const { verify, answers, clock, urls } = await scripted({ fetchTimeout: 60_000 })
    await verify()
    clock.time += 10 * MINUTE
    loseTheNextFlight(answers)
    await verify()
    await vi.advanceTimersByTimeAsync(2100)
    answers.jwks = async () => Response.json({ keys: [] })
    expect(await onceSureOfTheLoss(codeOf(verify()))).toBe('key_not_found') // by the new keys, which it waited for
    expect(urls).toHaveLength(5)
  })

  test.each([
    ['older keys', () => Response.json(discovery)],
    ['a failure', () => new Response('down', { status: 503 })],
  ])('changes nothing where it lands late, with %s', async (_, answer) => {
    const { verify, answers, clock, urls } = await scripted({ fetchTimeout: 60_000 })
    await verify()
    clock.time += 10 * MINUTE
    const land = loseTheNextFlight(answers)
    await verify()
    await vi.advanceTimersByTimeAsync(2100)
    const { jwks: older } = answers
    answers.jwks = async () => Response.json({ keys: [] })
    expect(await onceSureOfTheLoss(codeOf(verify()))).toBe('key_not_found')
    const before = urls.length
    answers.jwks = older
    land(answer())
    await settled()
    expect(await codeOf(verify())).toBe('key_not_found')
    expect(urls.length - before).toBeLessThanOrEqual(1) // the late one's own
  })
})

describe('what an issuer answers is refused', () => {
  const cases: [string, Partial<Awaited<ReturnType<typeof scripted>>['answers']>, RegExp][] = [
    [
      'another issuer',
      { discovery: async () => Response.json({ ...discovery, issuer: `${ISSUER}/` }) },
      /that of/,
    ],
    ['no issuer', { discovery: async () => Response.json({ jwks_uri: discovery.jwks_uri }) }, /nobody/],
    [
      'keys of another origin',
      { discovery: async () => Response.json({ ...discovery, jwks_uri: 'https://evil.example/jwks' }) },
      /own origin/,
    ],
    [
      'keys over http',
      {
        discovery: async () =>
          Response.json({ ...discovery, jwks_uri: discovery.jwks_uri.replace('https', 'http') }),
      },
      /own origin/,
    ],
    [
      'keys behind a user',
      {
        discovery: async () =>
          Response.json({ ...discovery, jwks_uri: discovery.jwks_uri.replace('//', '//a:b@') }),
      },
      /own origin/,
    ],
    ['no keys', { jwks: async () => Response.json({}) }, /no list of keys/],
    ['a list', { jwks: async () => Response.json([]) }, /no JSON object/],
    ['HTML', { jwks: async () => new Response('<p>') }, /no JSON/],
    ['keys twice', { jwks: async () => new Response('{"keys":[],"keys":[]}') }, /member twice/],
    [
      'a redirect',
      { jwks: async () => new Response(null, { status: 302, headers: { location: '/' } }) },
      /302/,
    ],
    ['not found', { discovery: async () => new Response(null, { status: 404 }) }, /HTTP 404/],
    ['64 KiB and a byte', { jwks: async () => new Response(' '.repeat(65_537)) }, /65536 bytes/],
    ['nothing', { jwks: async () => Promise.reject(new TypeError('fetch failed')) }, /fetch failed/],
    ['no UTF-8', { jwks: async () => new Response(Uint8Array.of(0x7b, 0xff)) }, /: it answered .* no UTF-8$/],
    ['undefined, thrown', { jwks: () => Promise.reject(undefined) }, /: `fetch` failed and did not say why$/],
    ['what no text can be made of, thrown', { jwks: () => Promise.reject(Object.create(null)) }, /not say/],
    ['an Error without words', { jwks: () => Promise.reject(new Error()) }, /: `fetch` failed and did not/],
  ]
  // What a `fetch` may throw that can't be looked at, or not be shown as it is.
  const { proxy: revoked, revoke } = Proxy.revocable({}, {})
  revoke()
  const noText = {
    toString() {
      throw new TypeError('not this way')
    },
  }
  const withGetter = (name: string) =>
    Object.defineProperty(new Error('x'), name, {
      get() {
        throw new TypeError('not this way')
      },
    })
  const strange: [string, unknown, RegExp][] = [
    ['a message that is a symbol', Object.assign(new Error(), { message: Symbol('x') }), /did not say why$/],
    ['a message that throws', withGetter('message'), /did not say why$/],
    ['a cause that throws', withGetter('cause'), /did not say why$/],
    ['a toString that throws', noText, /did not say why$/],
    ['a proxy that was revoked', revoked, /did not say why$/],
    ['a message without end', new Error('x'.repeat(1_000_000)), /^.{70,150}: x{200}…$/],
    ['a cause without end', new Error('x', { cause: new Error('y'.repeat(1_000_000)) }), /: x \(y{200}…\)$/],
  ]
  for (const [name, thrown, message] of strange) {
    cases.push([`${name}, thrown`, { jwks: () => Promise.reject(thrown) }, message])
  }
  test.each(cases)('%s', async (_, changed, message) => {
    const { verify, answers } = await scripted()
    Object.assign(answers, changed)
    const error = await verify().catch((reason) => reason as VerificationError)
    expect(error).toMatchObject({ code: 'keys_unavailable', message: expect.stringMatching(message) })
  })
})

describe('issuers without end', () => {
  test('cost no more requests than maxIssuers in half a minute, and push out nobody who was accepted', async () => {
    const clock = clockAt()
    const emulator = createEmulator({ now: () => now })
    const { urls, fetch } = counted(async (url) =>
      url.startsWith(emulator.issuer) ? emulator.fetch(url) : new Response(null, { status: 404 }),
    )
    const options = {
      audience: AUDIENCE,
      account: ACCOUNT,
      fetch,
      now: clock.now,
      maxIssuers: 3,
      remember: 0,
    }
    const verifier = createVerifier(options)
    const good = await mint(emulator)
    await verifier.verify(good)
    for (let n = 0; n < 20; n += 1) {
      const iss = `https://forged-${n}.tokens.sts.global.api.aws`
      expect(await codeOf(verifier.verify(await sign(goodClaims({ iss }))))).toBe('keys_unavailable')
    }
    expect(urls).toHaveLength(2 + 2)
    clock.time += 30_000
    await codeOf(verifier.verify(await sign(goodClaims({ iss: 'https://later.tokens.sts.global.api.aws' }))))
    expect(urls).toHaveLength(2 + 2 + 1)
    await verifier.verify(good)
    expect(urls).toHaveLength(2 + 2 + 1)
  })
})

/** Any issuer of AWS, each with the same key, and a verifier by account that remembers no token. */
function anyIssuers(maxIssuers: number, more: { maxTokenAge?: number } = {}) {
  const clock = clockAt()
  const down = new Set<string>()
  // Resolved before an issuer's JWKS is sent.
  const held = new Map<string, Promise<void>>()
  const { urls, fetch } = counted(async (url) => {
    const issuer = new URL(url).origin
    if (down.has(issuer)) return new Response('down', { status: 503 })
    if (url.endsWith(CONFIGURATION)) return Response.json({ issuer, jwks_uri: `${issuer}/jwks.json` })
    await held.get(issuer)
    return Response.json(await jwks())
  })
  const options = {
    audience: AUDIENCE,
    account: ACCOUNT,
    fetch,
    now: clock.now,
    maxIssuers,
    remember: 0,
    ...more,
  }
  const verifier = createVerifier(options)
  const tokenOf = async (iss: string, changes = {}) => {
    const iat = Math.floor(clock.time / 1000)
    return sign(goodClaims({ iat, exp: iat + 300, iss, ...changes }))
  }
  const outcomeOf = async (iss: string, changes = {}) => codeOf(verifier.verify(await tokenOf(iss, changes)))
  /** Of a token whose claims hold, with the signature of another. */
  const outcomeOfForged = async (iss: string, changes = {}) => {
    const [header, payload] = (await tokenOf(iss, changes)).split('.')
    const [, , signature] = (await tokenOf(iss, { jti: 'another' })).split('.')
    return codeOf(verifier.verify(`${header}.${payload}.${signature}`))
  }
  return { clock, urls, down, held, outcomeOf, outcomeOfForged }
}

const ofAccount = (account: string) => ({
  sub: `arn:aws:iam::${account}:role/worker`,
  [NAMESPACE]: { aws_account: account },
})
const issuerCalled = (name: string) => `https://${name}.tokens.sts.global.api.aws`

describe('where the issuer is not named', () => {
  test.each<[string, Record<string, unknown>]>([
    ['audience', { aud: 'https://other.example' }],
    ['account', ofAccount('999999999999')],
    ['expired', { exp: Math.floor(now / 1000) }],
    ['too_old', { iat: Math.floor(now / 1000) - 60, exp: Math.floor(now / 1000) + 60 }],
    ['lifetime', { exp: Math.floor(now / 1000) + 3601 }],
    ['claims', { jti: undefined }],
  ])('tokens that could not be accepted ask nobody, and keep nobody out: %s', async (code, changes) => {
    const { urls, outcomeOf } = anyIssuers(1, { maxTokenAge: 30_000 })
    for (let n = 0; n < 5; n += 1) expect(await outcomeOf(issuerCalled(`forged-${n}`), changes)).toBe(code)
    expect(urls).toEqual([])
    expect(await outcomeOf(issuerCalled('ours'))).toBe('accepted')
  })

  test('an issuer that stays down is asked no more often than maxIssuers in half a minute', async () => {
    const { clock, urls, down, outcomeOf } = anyIssuers(3)
    const issuer = issuerCalled('forged')
    down.add(issuer)
    const start = clock.time
    for (; clock.time < start + 30_000; clock.time += 1000) {
      expect(await outcomeOf(issuer)).toBe('keys_unavailable')
    }
    expect(urls).toHaveLength(3)
    clock.time += 30_000
    await outcomeOf(issuer)
    expect(urls).toHaveLength(4)
  })

  test('one of which tokens were accepted is asked as often as need be', async () => {
    const { clock, urls, outcomeOf, outcomeOfForged } = anyIssuers(1)
    expect(await outcomeOf(issuerCalled('ours'))).toBe('accepted')
    clock.time += 30_000
    await outcomeOfForged(issuerCalled('forged'))
    expect(urls).toHaveLength(4)
    clock.time += 11 * MINUTE
    await outcomeOfForged(issuerCalled('forged')) // all that this half of a minute allows
    await settled()
    expect(await outcomeOf(issuerCalled('ours'))).toBe('accepted')
    await settled()
    expect(urls).toHaveLength(8)
  })

  test('an issuer is kept whose first token was accepted after others had pushed it out', async () => {
    const { clock, urls, held, outcomeOf, outcomeOfForged } = anyIssuers(1)
    let publish = () => {}
    held.set(issuerCalled('ours'), new Promise((resolve) => (publish = resolve)))
    const slow = outcomeOf(issuerCalled('ours'))
    await settled()
    clock.time += 30_000
    await outcomeOfForged(issuerCalled('forged'))
    publish()
    expect(await slow).toBe('accepted')
    const before = urls.length
    expect(await outcomeOf(issuerCalled('ours'))).toBe('accepted')
    expect(urls).toHaveLength(before)
  })

  test('a forger who names real issuers of others pushes nobody out', async () => {
    const { clock, urls, outcomeOf, outcomeOfForged } = anyIssuers(1)
    expect(await outcomeOf(issuerCalled('ours'))).toBe('accepted')
    clock.time += 30_000
    expect(await outcomeOfForged(issuerCalled('real'))).toBe('signature')
    expect(urls).toHaveLength(4)
    expect(await outcomeOf(issuerCalled('ours'))).toBe('accepted')
    expect(urls).toHaveLength(4)
  })

  test('the keys of maxIssuers issuers are kept, of those that were used last', async () => {
    const { clock, urls, outcomeOf } = anyIssuers(2)
    for (const name of ['a', 'b', 'a', 'c']) {
      expect(await outcomeOf(issuerCalled(name))).toBe('accepted')
      clock.time += 30_000
    }
    expect(urls).toHaveLength(6)
    expect([await outcomeOf(issuerCalled('a')), await outcomeOf(issuerCalled('c'))]).toEqual([
      'accepted',
      'accepted',
    ])
    expect(urls).toHaveLength(6)
    expect(await outcomeOf(issuerCalled('b'))).toBe('accepted')
    expect(urls).toHaveLength(8)
  })

  test('no more than maxIssuers are kept of those whose tokens were refused', async () => {
    const { clock, outcomeOfForged } = anyIssuers(1)
    await outcomeOfForged(issuerCalled('a'))
    clock.time += 30_000
    await outcomeOfForged(issuerCalled('b'))
    expect(await outcomeOfForged(issuerCalled('b'))).toBe('signature')
    expect(await outcomeOfForged(issuerCalled('a'))).toBe('keys_unavailable') // fetched once more, later
  })

  test('a clock that is set back locks nobody out', async () => {
    const { clock, outcomeOf, outcomeOfForged } = anyIssuers(1)
    await outcomeOfForged(issuerCalled('forged'))
    expect(await outcomeOf(issuerCalled('ours'))).toBe('keys_unavailable')
    clock.time -= 60 * MINUTE
    expect(await outcomeOf(issuerCalled('ours'))).toBe('accepted')
  })
})

test('of the issuers that the owner named each is served, however many they are', async () => {
  const issuer = Array.from({ length: 101 }, (_, n) => issuerCalled(`ours-${n}`))
  const { urls, fetch } = counted(async (url) => {
    const { origin } = new URL(url)
    if (url.endsWith(CONFIGURATION)) return Response.json({ issuer: origin, jwks_uri: `${origin}/jwks.json` })
    return Response.json(await jwks())
  })
  const options = { audience: AUDIENCE, issuer, fetch, now: () => now, remember: 0 }
  const verifier = createVerifier(options)
  await verifier.prefetch()
  expect(urls).toHaveLength(202)
  for (const iss of issuer) expect((await verifier.verify(await sign(goodClaims({ iss })))).issuer).toBe(iss)
  expect(urls).toHaveLength(202)
})

describe('keys that are given', () => {
  test('are taken, by issuer too, and nothing is fetched', async () => {
    const fetch = async () => {
      throw new Error('no network here')
    }
    const shared = { audience: AUDIENCE, now: () => now, fetch }
    const token = await sign()
    const one = createVerifier({ ...shared, issuer: ISSUER, jwks: await jwks() })
    const several = createVerifier({ ...shared, account: ACCOUNT, jwks: { [ISSUER]: await jwks() } })
    for (const verifier of [one, several]) {
      await verifier.prefetch()
      expect((await verifier.verify(token)).issuer).toBe(ISSUER)
      expect(await codeOf(verifier.verify(await sign(goodClaims(), { kid: 'other' })))).toBe('key_not_found')
    }
    const foreign = await sign(goodClaims({ iss: 'https://other.tokens.sts.global.api.aws' }))
    expect(await codeOf(several.verify(foreign))).toBe('issuer')
  })
})
