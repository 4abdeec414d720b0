// The pages of docs/relying-parties are followed to the letter: the program of each gets from an AWS identity to a call of the
// party's API, with the emulator in the place of AWS and a stand-in in the place of the party.

import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createEmulator } from 'aws-web-identity/emulator'
import { serve } from 'aws-web-identity/emulator/node'
import { createVerifier } from 'aws-web-identity/verify'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { kebabCase } from '../../src/cli/preset/kebab-case.ts'
import { presetMakers } from '../../src/exchange/preset-schemas.ts'
import { finished } from '../cli/run-cli.ts'
import { markdownBlocks } from '../support/code-blocks.ts'
import { known, parties, scriptedParty } from './parties.ts'
import { serveParties } from './party-server.ts'

const root = join(import.meta.dirname, '../..')
const pages = globSync('docs/relying-parties/*.md', { cwd: root }).sort()
const emulator = createEmulator()
const blocks = markdownBlocks().filter(({ kind }) => kind === 'party')

afterEach(() => {
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
})

// Within the project, so that `aws-web-identity` is found through its own `exports`.
let folder = ''
beforeAll(() => {
  mkdirSync(join(root, 'test/.examples'), { recursive: true })
  folder = mkdtempSync(join(root, 'test/.examples/'))
  return () => rmSync(folder, { recursive: true, force: true })
})

/** AWS, the party and its API, by their addresses. What the API was shown is kept. */
function theNetwork(name: string) {
  const trust = { issuer: emulator.issuer, keys: emulator.fetch }
  const party = name in parties ? scriptedParty(name as keyof typeof parties, trust) : undefined
  const shown: string[] = []
  let calls = 0
  const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { hostname } = new URL(input instanceof Request ? input.url : String(input))
    if (hostname === 'sts.eu-central-1.amazonaws.com') return emulator.fetch(new Request(input, init))
    calls += 1
    const isExchange = presetMakers[name] !== undefined && calls <= stepsOf(name)
    if (party !== undefined && isExchange) return party.fetch(input, init)
    shown.push(new Headers(init?.headers).get('authorization') ?? '')
    return Response.json({})
  }
  return { fetch, shown, party }
}

const optionsOf = (name: string): Record<string, string> =>
  Object.entries({ ...known, snowflake: { account: 'myorg-myaccount' } }).find(
    ([each]) => each === name,
  )?.[1] ?? {}

const stepsOf = (name: string) => ({ googleCloud: 2, snowflake: 0 })[name] ?? 1

const contentOf = (page: string) => readFileSync(join(root, page), 'utf8')

function presetOf(page: string): string {
  const [, onLine] = /--preset ([\w-]+)/.exec(contentOf(page)) ?? []
  return Object.keys(presetMakers).find((name) => kebabCase(name) === onLine) ?? ''
}

/** What follows `npx aws-web-identity` in the page's block. */
function commandOf(page: string): string[] {
  const [, command = ''] = /```sh party\nnpx aws-web-identity (.*)\n```/.exec(contentOf(page)) ?? []
  return command.split(' ')
}

test('each party that is known has a page', () => {
  expect(pages.map(presetOf).sort()).toEqual(Object.keys(presetMakers).sort())
  for (const page of pages) expect(contentOf('docs/relying-parties.md')).toContain(basename(page))
})

describe.each(pages)('%s', (page) => {
  const name = presetOf(page)
  const block = blocks.find(({ place }) => place.startsWith(`${page}:`))

  test('its command prints what the party gives', async () => {
    const served = createEmulator()
    const { url, close } = await serve(served)
    const server = await serveParties(served.issuer)
    try {
      const steps = presetMakers[name]?.make(optionsOf(name)).exchange?.steps ?? []
      const [first, second] = steps.map(({ endpoint }) => server.at(endpoint))
      const elsewhere = [
        ...(first === undefined ? [] : ['--token-endpoint', first]),
        ...(second === undefined ? [] : ['--iam-credentials-endpoint', second.replace(/\/v1\/.*/, '')]),
      ]
      const { code, out, err } = await finished([...commandOf(page), ...elsewhere], {
        AWS_ACCESS_KEY_ID: served.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: served.credentials.secretAccessKey,
        AWS_ENDPOINT_URL: url,
        AWS_REGION: 'eu-central-1',
      })
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toMatch(name === 'chainguard' || name === 'snowflake' ? /^eyJ\S+\n$/ : /^access-\S+\n$/)
    } finally {
      await Promise.all([close(), server.close()])
    }
  })

  test('its program calls the API with what the party gave', async () => {
    const { fetch, shown, party } = theNetwork(name)
    vi.stubGlobal('fetch', fetch)
    vi.stubEnv('AWS_ACCESS_KEY_ID', emulator.credentials.accessKeyId)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', emulator.credentials.secretAccessKey)
    vi.stubEnv('AWS_SESSION_TOKEN', '')
    const file = join(folder, `${name}.ts`)
    writeFileSync(file, block?.code ?? '')
    await import(/* @vite-ignore */ file)
    expect(shown).toHaveLength(1)
    const [scheme, token = ''] = shown[0]?.split(' ') ?? []
    expect(scheme).toBe('Bearer')
    if (name === 'snowflake') {
      const verifier = createVerifier({
        audience: 'snowflakecomputing.com',
        issuer: emulator.issuer,
        fetch: emulator.fetch,
      })
      await verifier.verify(token.replace(/^WIF\.OIDC\./, ''))
    } else {
      expect(party?.requests).toHaveLength(stepsOf(name))
      expect(token).toMatch(name === 'chainguard' ? /^eyJ/ : /^access-/)
    }
  })

  test('its program has ten statements at the most', () => {
    const code = block?.code ?? ''
    const statements = code.split('\n').filter((line) => /^(?:import|const|export)\b/.test(line))
    expect(statements.length).toBeGreaterThan(4)
    expect(statements.length).toBeLessThanOrEqual(10)
  })
})
