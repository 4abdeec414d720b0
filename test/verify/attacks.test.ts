// Every attack of the table against the verifier, in Node and in workerd: each is refused for its own reason, and
// asks nobody for anything that it should not. The good cases stand beside them.

import { beforeAll, describe, expect, test } from 'vitest'
import {
  createVerifier,
  isVerificationError,
  requireWebIdentity,
  VerificationError,
} from '../../src/verify/index.ts'
import observed from '../vectors/aws-observed.json' with { type: 'json' }
import {
  ACCOUNT,
  type Attack,
  AUDIENCE,
  attacks,
  aws,
  claims,
  esHeader,
  forge,
  forgeEc,
  goodCases,
  ISSUER,
  keyRing,
  makeNetwork,
  NAMESPACE,
  type Network,
  NOW,
  publishedKeys,
  rsHeader,
  SECONDS,
  type Server,
  type VerifierOptions,
} from './attack-table.ts'

// RSA keys take a moment, and no test's own time should be counted for them.
beforeAll(() => keyRing(), 60_000)

function stage(server: Server, options: VerifierOptions, now = NOW) {
  const network = makeNetwork(server)
  const clock = { now }
  const verifier = createVerifier({ ...options, fetch: network.fetch, now: () => clock.now })
  return { network, verifier, clock }
}

/** A token is text; the attacks that are none reach the verifier from JavaScript. */
const asText = (token: unknown): string => token as string

async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  return 'it was accepted'
}

function expectNoForeignRequest({ requests }: Network): void {
  for (const url of requests) {
    expect(url).toMatch(/^https:\/\/[0-9a-f-]+\.tokens\.sts\.global\.api\.aws\/\.well-known\/[a-z.-]+$/)
  }
}

test('the table has no two rows of one name, and at least 150', () => {
  const names = attacks.map(({ group, name }) => `${group}: ${name}`)
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeGreaterThanOrEqual(150)
})

const groups = [...Map.groupBy(attacks, ({ group }) => group)]
describe.each(groups)('refused for its %s', (_, rows: readonly Attack[]) => {
  test.each(rows.map((row) => [row.name, row] as const))('%s', async (_, attack) => {
    const { network, verifier } = stage(attack.server, attack.options, attack.now)
    const token = await attack.token()
    const error = await rejectionOf(verifier.verify(asText(token)))
    expect(error).toBeInstanceOf(VerificationError)
    expect(error).toMatchObject({ code: attack.code })
    expect(isVerificationError(error)).toBe(true)
    expect(network.requests.length).toBeLessThanOrEqual(attack.fetches)
    expectNoForeignRequest(network)
    if (typeof token === 'string' && token.length > 20) expect(told(error)).not.toContain(token.slice(-20))
  })

  test.each(rows.map((row) => [row.name, row] as const))('by a guarded handler: %s', async (_, attack) => {
    const { network, verifier } = stage(attack.server, attack.options, attack.now)
    const request = requestWith(await attack.token())
    if (request === undefined) return
    let calls = 0
    const guarded = requireWebIdentity(verifier, () => {
      calls += 1
      return new Response()
    })
    const { status } = await guarded(request)
    expect(calls).toBe(0)
    if (attack.code === 'keys_unavailable') expect(status).toBe(503)
    else expect(attack.code === 'malformed' ? [400, 401] : [401]).toContain(status)
    expect(network.requests.length).toBeLessThanOrEqual(attack.fetches)
    expectNoForeignRequest(network)
  })
})

/** `undefined` for what no header carries as it is: no text, text beyond ASCII, or white space at an end. */
function requestWith(token: unknown): Request | undefined {
  if (typeof token !== 'string' || !/^[ -~]*$/.test(token) || token.trim() !== token) return undefined
  return new Request('https://api.example.com/', { headers: { authorization: `Bearer ${token}` } })
}

test('nearly all of the table can be sent to a guarded handler', async () => {
  const tokens = await Promise.all(attacks.map(({ token }) => token()))
  const sent = tokens.filter((token) => requestWith(token) !== undefined)
  expect(attacks.length - sent.length).toBeLessThan(30)
})

/** All that an error says, its causes too. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return `${error.stack} ${error.message} ${JSON.stringify(error)} ${told(error.cause)}`
}

describe('accepted', () => {
  test.each(goodCases.map((row) => [row.name, row] as const))('%s', async (_, row) => {
    const { network, verifier } = stage(row.server, row.options, row.now)
    const identity = await verifier.verify(await row.token())
    expect(identity).toMatchObject({ issuer: ISSUER, accountId: ACCOUNT })
    expect(identity.audience).toContain(AUDIENCE)
    expect(network.requests).toEqual([
      `${ISSUER}/.well-known/openid-configuration`,
      `${ISSUER}/.well-known/jwks.json`,
    ])
    for (const { redirect } of network.inits) expect(redirect).toBe('manual')
  })
})

describe('a JWKS that is given outright', () => {
  test('verifies without a request', async () => {
    const network = makeNetwork()
    const jwks = { keys: [...publishedKeys(await keyRing())] }
    const verifier = createVerifier({
      audience: AUDIENCE,
      issuer: ISSUER,
      jwks,
      fetch: network.fetch,
      now: () => NOW,
    })
    expect((await verifier.verify(await forge())).accountId).toBe(ACCOUNT)
    expect((await verifier.verify(await forgeEc())).accountId).toBe(ACCOUNT)
    expect(network.requests).toEqual([])
  })

  test('does not let an unknown kid ask the network', async () => {
    const network = makeNetwork()
    const jwks = { keys: [...publishedKeys(await keyRing())] }
    const verifier = createVerifier({
      audience: AUDIENCE,
      issuer: ISSUER,
      jwks,
      fetch: network.fetch,
      now: () => NOW,
    })
    const token = await forge({ header: rsHeader({ kid: 'RSA_9' }) })
    expect(await rejectionOf(verifier.verify(token))).toMatchObject({ code: 'key_not_found' })
    expect(network.requests).toEqual([])
  })
})

describe('the real shape, re-signed with test keys', () => {
  const uuid = '3f2a7f0e-1c9b-4f60-9d7e-0a2b54d1c7aa'
  const issuer = `https://${uuid}.tokens.sts.global.api.aws`
  const real = JSON.parse(JSON.stringify(observed.token.claims).replaceAll('<uuid>', uuid))
  const discovery = () => new Response(JSON.stringify(observed.discovery).replaceAll('<uuid>', uuid))
  const issuedAt = observed.token.claims.iat * 1000

  const cases = [
    { algorithm: 'RS256', kid: 'RSA_0', keyAlg: undefined },
    { algorithm: 'RS256', kid: 'RSA_0', keyAlg: 'RS256' },
    { algorithm: 'RS256', kid: 'RSA_1', keyAlg: undefined },
    { algorithm: 'RS256', kid: 'RSA_1', keyAlg: 'RS256' },
    { algorithm: 'ES384', kid: 'EC384_0', keyAlg: 'ES384' },
  ] as const
  test.each(cases)('$algorithm, kid $kid, key with alg $keyAlg', async ({ algorithm, kid, keyAlg }) => {
    const ring = await keyRing()
    const [rsa, ec] = observed.jwks.keys
    const keys =
      algorithm === 'RS256'
        ? [
            { ...rsa, ...ring.rsa.jwk, kid, alg: keyAlg },
            { ...ec, ...ring.p384.jwk },
          ]
        : [{ ...ec, ...ring.p384.jwk }]
    const network = makeNetwork({ discovery, jwks: () => Response.json({ keys }) }, [issuer])
    const verifier = createVerifier({
      audience: observed.token.claims.aud,
      account: ACCOUNT,
      organization: 'o-fixture',
      organizationalUnit: 'o-fixture/r-p5qq/',
      region: 'us-east-1',
      subject: 'arn:aws:iam::123456789012:user/org/*',
      principalTags: { Team: 'platform' },
      fetch: network.fetch,
      now: () => issuedAt + 59_999,
    })
    const token =
      algorithm === 'RS256'
        ? await forge({ header: { ...observed.token.headers.RS256, kid }, claims: real })
        : await forgeEc({ header: observed.token.headers.ES384, claims: real })
    const identity = await verifier.verify(token)
    expect(identity).toMatchObject({
      issuer,
      subject: 'arn:aws:iam::123456789012:user/org/issuer',
      audience: ['https://outbound.example.invalid'],
      accountId: ACCOUNT,
      organizationId: 'o-fixture',
      organizationalUnitPath: ['o-fixture/r-p5qq/'],
      principalId: 'arn:aws:iam::123456789012:user/org/issuer',
      sourceRegion: 'us-east-1',
      tokenId: uuid,
      claims: real,
    })
    expect({ ...identity.principalTags }).toEqual({ Team: 'platform' })
    expect({ ...identity.requestTags }).toEqual({ Team: 'request', 'aws:test': 'reserved' })
  })
})

describe('10,000 forged kids', () => {
  const forged = async () => {
    const [, payload = '', signature = ''] = (await forge()).split('.')
    return Array.from({ length: 10_000 }, (_, index) => {
      const header = btoa(JSON.stringify(rsHeader({ kid: `RSA_${index + 10}` }))).replaceAll('=', '')
      return `${header}.${payload}.${signature}`
    })
  }

  test('at once, at a verifier without keys, cause two requests', async () => {
    const { network, verifier } = stage({}, { audience: AUDIENCE, issuer: ISSUER })
    const errors = await Promise.all((await forged()).map((token) => rejectionOf(verifier.verify(token))))
    expect(new Set(errors.map((error) => isVerificationError(error) && error.code))).toEqual(
      new Set(['key_not_found']),
    )
    expect(network.requests).toHaveLength(2)
  }, 60_000)

  test('one after the other, at a verifier with keys, cause at most two more, and the good are served', async () => {
    const { network, verifier, clock } = stage({}, { audience: AUDIENCE, issuer: ISSUER })
    await verifier.verify(await forge())
    clock.now += 31_000
    const before = network.requests.length
    for (const token of await forged()) {
      const error = await rejectionOf(verifier.verify(token))
      if (!isVerificationError(error) || error.code !== 'key_not_found') expect(error).toBe('key_not_found')
    }
    expect(network.requests.length - before).toBeLessThanOrEqual(2)
    expect(network.requests.length - before).toBeGreaterThan(0)
    expect((await verifier.verify(await forgeEc())).accountId).toBe(ACCOUNT)
    expect(network.requests.length - before).toBeLessThanOrEqual(2)
  }, 60_000)
})

describe('to the second', () => {
  const exp = SECONDS + 300
  const outcome = async (clockTolerance: number, now: number) => {
    const { verifier } = stage({}, { audience: AUDIENCE, issuer: ISSUER, clockTolerance }, now)
    const result = await rejectionOf(verifier.verify(await forge({ claims: claims({ exp }) })))
    return isVerificationError(result) ? result.code : result
  }
  test.each([
    [0, exp * 1000 - 1000, 'it was accepted'],
    [0, exp * 1000 - 1, 'it was accepted'],
    [0, exp * 1000, 'expired'],
    [0, exp * 1000 + 1, 'expired'],
    [1000, exp * 1000 + 999, 'it was accepted'],
    [1000, exp * 1000 + 1000, 'expired'],
    [300_000, exp * 1000 + 299_999, 'it was accepted'],
    [300_000, exp * 1000 + 300_000, 'expired'],
  ])('with a tolerance of %i ms at %i: %s', async (clockTolerance, now, expected) => {
    expect(await outcome(clockTolerance, now)).toBe(expected)
  })

  test('nbf and iat likewise', async () => {
    const at = async (more: object, now: number) => {
      const { verifier } = stage({}, { audience: AUDIENCE, issuer: ISSUER }, now)
      const result = await rejectionOf(verifier.verify(await forge({ claims: claims(more) })))
      return isVerificationError(result) ? result.code : result
    }
    expect(await at({ nbf: SECONDS + 10 }, NOW + 9_999)).toBe('not_yet_valid')
    expect(await at({ nbf: SECONDS + 10 }, NOW + 10_000)).toBe('it was accepted')
    expect(await at({ iat: SECONDS + 61 }, NOW + 999)).toBe('issued_in_future')
    expect(await at({ iat: SECONDS + 61 }, NOW + 1000)).toBe('it was accepted')
  })
})

describe('a remembered token', () => {
  test('stops in the second of its exp, without a request', async () => {
    const { network, verifier, clock } = stage({}, { audience: AUDIENCE, issuer: ISSUER })
    const token = await forgeEc()
    await verifier.verify(token)
    await verifier.verify(token)
    clock.now = NOW + 299_999
    await verifier.verify(token)
    clock.now = NOW + 300_000
    expect(await rejectionOf(verifier.verify(token))).toMatchObject({ code: 'expired' })
    expect(network.requests).toHaveLength(2)
  })

  test('is refused again when this machine’s clock goes back before its nbf', async () => {
    const { verifier, clock } = stage({}, { audience: AUDIENCE, issuer: ISSUER })
    const token = await forge({ claims: claims({ nbf: SECONDS }) })
    await verifier.verify(token)
    clock.now = NOW - 1000
    expect(await rejectionOf(verifier.verify(token))).toMatchObject({ code: 'not_yet_valid' })
  })

  test('grows too old for maxTokenAge', async () => {
    const { verifier, clock } = stage({}, { audience: AUDIENCE, issuer: ISSUER, maxTokenAge: 60_000 })
    const token = await forge()
    await verifier.verify(token)
    clock.now = NOW + 61_000
    expect(await rejectionOf(verifier.verify(token))).toMatchObject({ code: 'too_old' })
  })

  test('does not lend its trust to one that differs in a single letter', async () => {
    const { verifier } = stage({}, { audience: AUDIENCE, issuer: ISSUER })
    const token = await forge()
    await verifier.verify(token)
    const [header = '', payload = '', signature = ''] = token.split('.')
    for (const [name, bent] of Object.entries({
      claims: `${header}.${turn(payload, 40)}.${signature}`,
      signature: `${header}.${payload}.${turn(signature, 40)}`,
    })) {
      expect([name, await rejectionOf(verifier.verify(bent))]).toEqual([name, expect.any(VerificationError)])
    }
  })

  test('is trusted no more when its key has left the JWKS', async () => {
    const ring = await keyRing()
    let keys = publishedKeys(ring)
    const network = makeNetwork({ jwks: () => Response.json({ keys }) })
    const clock = { now: NOW }
    const verifier = createVerifier({
      audience: AUDIENCE,
      issuer: ISSUER,
      fetch: network.fetch,
      now: () => clock.now,
    })
    const token = await forge({ claims: claims({ exp: SECONDS + 3600 }) })
    await verifier.verify(token)
    keys = keys.slice(1)
    clock.now = NOW + 31_000
    // An unknown kid makes the verifier look at the JWKS again.
    await rejectionOf(verifier.verify(await forge({ header: rsHeader({ kid: 'RSA_9' }) })))
    expect(await rejectionOf(verifier.verify(token))).toMatchObject({ code: 'key_not_found' })
  })

  test('is not one of another verifier, whose pins differ', async () => {
    const token = await forge()
    await stage({}, { audience: AUDIENCE, issuer: ISSUER }).verifier.verify(token)
    const { verifier } = stage({}, { audience: AUDIENCE, account: '999999999999' })
    expect(await rejectionOf(verifier.verify(token))).toMatchObject({ code: 'account' })
  })
})

const turn = (text: string, index: number): string =>
  text.slice(0, index) + (text[index] === 'A' ? 'B' : 'A') + text.slice(index + 1)

test('ECDSA has two signatures for one message: the second is as true, and as harmless', async () => {
  const order = BigInt(
    '0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  )
  const { verifier } = stage({}, { audience: AUDIENCE, issuer: ISSUER })
  const token = await forgeEc({
    header: esHeader(),
    signature: (genuine) => {
      const s = genuine.slice(48).reduce((number, byte) => number * 256n + BigInt(byte), 0n)
      const other = (order - s).toString(16).padStart(96, '0')
      return genuine.map((byte, index) =>
        index < 48 ? byte : Number.parseInt(other.slice(2 * (index - 48), 2 * (index - 47)), 16),
      )
    },
  })
  expect((await verifier.verify(token)).accountId).toBe(ACCOUNT)
})

test('a body of 10 MB is not read to its end', async () => {
  let pulled = 0
  const endless = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          pulled += 1
          controller.enqueue(new TextEncoder().encode(' '.repeat(65_536)))
          if (pulled > 160) controller.close()
        },
      }),
    )
  const { verifier } = stage({ jwks: endless }, { audience: AUDIENCE, issuer: ISSUER })
  expect(await rejectionOf(verifier.verify(await forge()))).toMatchObject({ code: 'keys_unavailable' })
  expect(pulled).toBeLessThan(10)
})

test('an issuer that hangs is given up within the deadline', async () => {
  const started = performance.now()
  const { verifier } = stage(
    { jwks: () => new Promise(() => {}) },
    { audience: AUDIENCE, issuer: ISSUER, fetchTimeout: 40 },
  )
  expect(await rejectionOf(verifier.verify(await forge()))).toMatchObject({ code: 'keys_unavailable' })
  expect(performance.now() - started).toBeLessThan(2000)
})

test('what a caller put into tags can’t reach a prototype', async () => {
  const { verifier } = stage({}, { audience: AUDIENCE, issuer: ISSUER })
  const text = JSON.stringify(claims({ [NAMESPACE]: aws() })).replace(
    '"request_tags":{',
    '"request_tags":{"__proto__":"polluted","constructor":"polluted",',
  )
  const { requestTags } = await verifier.verify(await forge({ claims: text }))
  expect(Object.getPrototypeOf(requestTags)).toBeNull()
  expect(Object.entries(requestTags)).toContainEqual(['__proto__', 'polluted'])
  expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted')
})
