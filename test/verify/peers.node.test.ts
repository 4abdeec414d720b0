// aws-jwt-verify and plain jose beside us: they accept what we accept, and docs/verify.md shows what they take that
// we refuse.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { JwtVerifier } from 'aws-jwt-verify'
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { createEmulator } from '../../src/emulator/index.ts'
import { serve } from '../../src/emulator/node.ts'
import { StsClient } from '../../src/index.ts'
import { createVerifier } from '../../src/verify/index.ts'
import {
  type Attack,
  AUDIENCE,
  attacks,
  type GoodCase,
  goodCases,
  ISSUER,
  keyRing,
  publishedKeys,
  type Server,
} from './attack-table.ts'

const algorithms = ['RS256', 'ES384']

beforeAll(() => keyRing(), 60_000)
afterEach(() => {
  vi.useRealTimers()
})

describe.each(['RS256', 'ES384'] as const)(
  'a token of the emulator, served on loopback, signed with %s',
  (signingAlgorithm) => {
    test('is accepted by jose, by aws-jwt-verify, and by us', async () => {
      const emulator = createEmulator()
      const { url, close } = await serve(emulator)
      try {
        const { credentials, issuer } = emulator
        const sts = new StsClient({ region: 'eu-central-1', endpoint: url, credentials })
        const { webIdentityToken } = await sts.getWebIdentityToken({ audience: [AUDIENCE], signingAlgorithm })

        const ours = await createVerifier({ audience: AUDIENCE, issuer }).verify(webIdentityToken)
        expect(ours.subject).toBe('arn:aws:iam::123456789012:user/developer')

        const jwksUri = `${issuer}/.well-known/jwks.json`
        const { payload } = await jwtVerify(webIdentityToken, createRemoteJWKSet(new URL(jwksUri)), {
          issuer,
          audience: AUDIENCE,
          algorithms,
        })
        expect(payload.sub).toBe(ours.subject)

        // It fetches over https alone, so the keys are fetched for it.
        const aws = JwtVerifier.create({
          issuer,
          audience: AUDIENCE,
          jwksUri: `${ISSUER}/.well-known/jwks.json`,
        })
        aws.cacheJwks(await (await fetch(jwksUri)).json())
        expect((await aws.verify(webIdentityToken)).sub).toBe(ours.subject)
      } finally {
        await close()
      }
    })
  },
)

/** Whether the pins of a row are those that the peers have as well. */
const sharesPins = ({ options }: Attack | GoodCase): boolean =>
  Object.keys(options).every((name) => ['audience', 'issuer', 'fetchTimeout'].includes(name)) &&
  options.issuer === ISSUER

/** The JWKS of a row; `undefined` where the row is about how it is fetched. */
async function jwksOf({ keys, discovery, jwks }: Server): Promise<JSONWebKeySet | undefined> {
  if (discovery !== undefined || jwks !== undefined) return undefined
  // Some of the rows hold keys that are none.
  return { keys: [...(keys ?? publishedKeys)(await keyRing())] } as JSONWebKeySet
}

async function accepts(verify: () => Promise<unknown>): Promise<boolean> {
  try {
    await verify()
    return true
  } catch {
    return false
  }
}

// What is no text reaches them from JavaScript.
const withJose = (token: unknown, jwks: JSONWebKeySet, now: number) => {
  return accepts(() =>
    jwtVerify(token as string, createLocalJWKSet(jwks), {
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms,
      currentDate: new Date(now),
    }),
  )
}

// As above. It has no clock of its own to set, so `Date` is.
const withAws = (token: unknown, jwks: JSONWebKeySet, now: number) => {
  vi.useFakeTimers({ toFake: ['Date'], now })
  return accepts(async () => {
    const verifier = JwtVerifier.create({
      issuer: ISSUER,
      audience: AUDIENCE,
      jwksUri: `${ISSUER}/.well-known/jwks.json`,
    })
    // Its own type of a JWKS has the same members.
    verifier.cacheJwks(jwks as unknown as Parameters<typeof verifier.cacheJwks>[0])
    return verifier.verify(token as string)
  })
}

describe('what we accept, they accept', () => {
  const rows = goodCases.filter((row) => sharesPins(row) && row.server.discovery === undefined)
  test.each(rows.map((row) => [row.name, row] as const))('%s', async (_, row) => {
    const jwks = await jwksOf(row.server)
    if (jwks === undefined) throw new Error('A good case has keys')
    const token = await row.token()
    expect(await withJose(token, jwks, row.now)).toBe(true)
    // aws-jwt-verify takes no JWKS in which one key lacks what it knows.
    if (row.name !== 'keys of other kinds beside ours') expect(await withAws(token, jwks, row.now)).toBe(true)
  })
})

test('the page shows what they take and we refuse, as computed from the table of attacks', async () => {
  const taken = new Map<string, { rows: number; jose: string[]; aws: string[] }>()
  for (const attack of attacks.filter(sharesPins)) {
    const jwks = await jwksOf(attack.server)
    if (jwks === undefined) continue
    const row = taken.get(attack.group) ?? { rows: 0, jose: [], aws: [] }
    taken.set(attack.group, row)
    row.rows += 1
    const token = await attack.token()
    if (await withJose(token, jwks, attack.now)) row.jose.push(attack.name)
    if (await withAws(token, jwks, attack.now)) row.aws.push(attack.name)
  }
  const lines = [...taken].map(([group, { rows, jose, aws }]) => {
    return `| ${group} | ${rows} | ${jose.length} | ${aws.length} | ${[jose[0], aws[0]]
      .filter((name, index, all) => name !== undefined && all.indexOf(name) === index)
      .map((name) => name?.replaceAll('|', '\\|'))
      .join('; ')} |`
  })
  const table = [
    '| attacks | we refuse | jose takes | aws-jwt-verify takes | such as |',
    '| --- | ---: | ---: | ---: | --- |',
    ...lines,
  ].join('\n')
  const page = readFileSync(join(import.meta.dirname, '../../docs/verify.md'), 'utf8')
  const [, shown] = /\n(\| attacks \|.*?)\n\n/s.exec(`${page}\n`) ?? []
  expect(shown).toBe(table)
}, 120_000)
