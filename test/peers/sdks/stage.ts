// What every SDK meets here: an AWS that mints, and the code of docs/plugs.md, which is run as it stands there.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createEmulator } from 'aws-web-identity/emulator'
import { createVerifier, type SigningAlgorithm, type WebIdentity } from 'aws-web-identity/verify'
import { onTestFinished, vi } from 'vitest'
import { plugBlocks } from '../../support/code-blocks.ts'

/** Whom the tokens name. */
export const SUBJECT = 'arn:aws:iam::123456789012:user/developer'

/** The code of what AWS refuses with. */
export const REFUSAL = 'OutboundWebIdentityFederationDisabledException'

const AWS = 'https://sts.eu-central-1.amazonaws.com'

// What whoever runs this has set for himself.
for (const name of Object.keys(process.env)) {
  if (/^(AWS|OPENAI|ANTHROPIC|AZURE|GOOGLE|DATABRICKS|SNOWFLAKE)_/.test(name)) delete process.env[name]
}

export interface PlugOptions {
  /** What the party's section tells to ask for. */
  readonly audience: string
  readonly signingAlgorithm: SigningAlgorithm
  /** What stands on the page, and what stands there here: addresses on loopback. */
  readonly elsewhere?: Readonly<Record<string, string>>
  /** For what uses the platform's `fetch`: the origins of the party, and where they are here. */
  readonly origins?: Readonly<Record<string, string>>
}

export interface Plugged<Plug> {
  /** What the page's code exports. */
  readonly plug: Plug
  /** How many tokens were minted. */
  mints(): number
  /** From now on AWS refuses, as an account does that has not switched on federation. */
  refuseToMint(): void
  /** Whom a token names, if it is to be trusted: of this AWS, for this audience, by this algorithm. */
  verify(token: string | undefined): Promise<WebIdentity>
}

/** Runs the page's code of that kind, with a source that mints at an emulator. */
export async function plugIn<Plug>(kind: string, options: PlugOptions): Promise<Plugged<Plug>> {
  const { audience, signingAlgorithm, elsewhere = {}, origins = {} } = options
  const emulator = createEmulator()
  vi.stubEnv('AWS_ACCESS_KEY_ID', emulator.credentials.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', emulator.credentials.secretAccessKey)
  vi.stubGlobal('fetch', fetchFrom(origins, emulator.fetch))
  onTestFinished(() => {
    vi.unstubAllEnvs()
    vi.unstubAllGlobals()
  })

  const folder = blocksFolder()
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const source = { 'https://api.openai.com/v1': audience, "'RS256'": `'${signingAlgorithm}'` }
  writeFileSync(join(folder, 'token.ts'), replaced(codeOf('token'), source))
  const file = join(folder, `${kind}.ts`)
  writeFileSync(file, replaced(codeOf(kind), elsewhere))
  const verifier = createVerifier({
    issuer: emulator.issuer,
    audience,
    algorithms: [signingAlgorithm],
    fetch: emulator.fetch,
  })
  return {
    plug: await import(/* @vite-ignore */ file),
    mints: () => emulator.requests.filter(({ token }) => token !== undefined).length,
    refuseToMint: () => emulator.setFaults(() => ({ code: REFUSAL })),
    verify: (token = '') => verifier.verify(token),
  }
}

/** A new folder for code of the page, where it finds the SDKs. */
export function blocksFolder(): string {
  const parent = join(import.meta.dirname, '.blocks')
  mkdirSync(parent, { recursive: true })
  return mkdtempSync(join(parent, 'page-'))
}

function codeOf(kind: string): string {
  const [block, ...others] = plugBlocks().filter((each) => each.kind === kind)
  if (block === undefined || others.length > 0) throw new Error(`There must be one block for ${kind}.`)
  return block.code
}

function replaced(code: string, words: Readonly<Record<string, string>>): string {
  return Object.entries(words).reduce((text, [word, other]) => {
    if (text.split(word).length !== 2) throw new Error(`The page does not say ${word} once.`)
    return text.replace(word, other)
  }, code)
}

/** The platform's own `fetch`, but that some names lead to loopback, and nowhere else. */
function fetchFrom(origins: Readonly<Record<string, string>>, aws: typeof fetch): typeof fetch {
  const platformFetch = fetch
  return async (input, init) => {
    const request = new Request(input, init)
    const { origin, pathname, search } = new URL(request.url)
    if (origin === AWS) return aws(request)
    const there = origins[origin]
    if (there === undefined) throw new Error(`Nobody is at ${origin} here.`)
    const { method, headers, redirect, signal } = request
    const body = method === 'GET' ? null : await request.arrayBuffer()
    return platformFetch(`${there}${pathname}${search}`, { method, headers, redirect, signal, body })
  }
}
