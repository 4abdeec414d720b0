// The keys that the console gives to its verify tool: those of the issuer of the tokens that were given, and no others.

import { createEmulator } from 'aws-web-identity/emulator'
import { type ServedEmulator, serve } from 'aws-web-identity/emulator/node'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { LocalWorker } from '../../worker-example/demo/local-worker.ts'
import { AUDIENCE, ask, PRINCIPAL, policyWith, sha256, startWorker } from './stage.ts'

const CONSOLE_SECRET = 'the-secret-of-the-console'

const emulator = createEmulator({ principals: [PRINCIPAL] })
const asked: string[] = []
const log: string[] = []
/** What is answered in place of the emulator's documents, by their paths. */
const forged = new Map<string, () => Response>()

let aws: ServedEmulator
let worker: LocalWorker
let cookie: string
let paths: { discovery: string; jwks: string }

beforeAll(async () => {
  aws = await serve({
    ...emulator,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const { pathname } = new URL(request.url)
      if (request.method === 'GET') asked.push(pathname)
      return forged.get(pathname)?.() ?? emulator.fetch(request)
    },
  })
  const { pathname } = new URL(emulator.issuer)
  paths = {
    discovery: `${pathname}/.well-known/openid-configuration`,
    jwks: `${pathname}/.well-known/jwks.json`,
  }
  worker = await startWorker({
    policy: policyWith({}, { console: { secrets: [{ sha256: sha256(CONSOLE_SECRET) }] } }),
    members: { AWS_ENDPOINT_URL_STS: aws.url },
    onLog: (line) => log.push(line),
  })
  const signedIn = await fetch(`${worker.url}/console/sign-in`, {
    method: 'POST',
    headers: { Origin: worker.url },
    body: new URLSearchParams({ secret: CONSOLE_SECRET }),
    redirect: 'manual',
  })
  cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
}, 60_000)

beforeEach(() => {
  forged.clear()
  asked.splice(0)
  log.splice(0)
})

afterAll(async () => {
  await worker.close()
  await aws.close()
})

async function issuers() {
  const response = await fetch(`${worker.url}/console/keys`, { headers: { Cookie: cookie } })
  expect(response.status).toBe(200)
  return (await response.json()).issuers
}

async function documents() {
  const [discovery, jwks] = await Promise.all(
    Object.values(paths).map(async (path) => (await fetch(new URL(path, aws.url))).json()),
  )
  asked.splice(0)
  return { discovery, jwks }
}

test('are nobody’s while no token was given', async () => {
  expect(await issuers()).toEqual([])
  expect(asked).toEqual([])
})

test.each([
  [
    'a document of another issuer',
    'discovery',
    (document: object) => Response.json({ ...document, issuer: 'https://evil.example' }),
    'another’s',
  ],
  [
    'keys at another place',
    'discovery',
    (document: object) => Response.json({ ...document, jwks_uri: `${aws.url}/keys` }),
    'another’s',
  ],
  ['keys elsewhere by a redirect', 'jwks', () => Response.redirect(`${aws.url}/keys`), 'answered 302'],
  [
    'keys that are longer than any issuer’s',
    'jwks',
    (document: object) => Response.json({ ...document, more: 'x'.repeat(65_536) }),
    '65536 bytes',
  ],
  ['what is no JSON', 'jwks', () => new Response('<html>'), 'JSON'],
  ['no keys', 'jwks', () => Response.json({ keys: 'none' }), 'Invalid type'],
] as const)('are not taken of %s', async (_, which, forge, why) => {
  expect((await ask(worker, '/token', { body: { audience: AUDIENCE } })).status).toBe(200)
  const document = (await documents())[which]
  // The ledger is told within a second.
  await vi.waitFor(
    async () => {
      forged.set(paths[which], () => forge(document))
      expect(await issuers()).toEqual([])
      expect(asked).toContain(paths[which])
    },
    { timeout: 10_000, interval: 200 },
  )
  expect(log.join('\n')).toContain(`The keys of ${emulator.issuer} can’t be had`)
  expect(log.join('\n')).toContain(why)
  expect(asked).not.toContain('/keys')
})

test('are the issuer’s own, which is asked for them once', async () => {
  const { jwks } = await documents()
  expect(await issuers()).toEqual([{ issuer: emulator.issuer, jwks }])
  expect(await issuers()).toEqual([{ issuer: emulator.issuer, jwks }])
  expect(asked).toEqual([paths.discovery, paths.jwks])
})
