// The keys of the account's issuer, for the console, which verifies tokens in the browser: AWS does not say that pages of
// other origins may read them. OpenID Connect Discovery 1.0 section 4.

import type { JsonWebKeySet } from 'aws-web-identity/verify'
import * as v from 'valibot'
import { readBytes } from './http/read-bytes.ts'

/** The keys of an issuer. */
export interface IssuerKeys {
  readonly issuer: string
  readonly jwks: JsonWebKeySet
}

/** How long AWS is waited for, and how long its keys are taken as they are, in milliseconds. */
const TIMEOUT = 5000
const FRESH_FOR = 600_000
/** The most that a key set may have, in bytes. */
const LONGEST_ANSWER = 64 * 1024

const discovery = v.object({ issuer: v.string(), jwks_uri: v.pipe(v.string(), v.url()) })
const keySet = v.object({ keys: v.array(v.record(v.string(), v.unknown())) })

const known = new Map<string, { readonly keys: IssuerKeys; readonly until: number }>()

/** Of those issuers whose keys can be had now. @param issuers of tokens that AWS minted for the broker, and of no others */
export async function issuerKeys(issuers: readonly string[]): Promise<IssuerKeys[]> {
  const all = await Promise.all(issuers.map(keysOf))
  return all.filter((each) => each !== undefined)
}

async function keysOf(issuer: string): Promise<IssuerKeys | undefined> {
  const before = known.get(issuer)
  if (before !== undefined && Date.now() < before.until) return before.keys
  try {
    const document = v.parse(discovery, await fetchJson(`${issuer}/.well-known/openid-configuration`))
    const { jwks_uri } = document
    // Section 4.3; and AWS publishes both at one place.
    if (document.issuer !== issuer || !jwks_uri.startsWith(`${issuer}/`))
      throw new Error('they are another’s')
    const jwks = v.parse(keySet, await fetchJson(jwks_uri)) as JsonWebKeySet // the verifier looks at each key
    const keys = { issuer, jwks }
    known.set(issuer, { keys, until: Date.now() + FRESH_FOR })
    return keys
  } catch (error) {
    console.error(`The keys of ${issuer} can’t be had:`, error instanceof Error ? error.message : error)
    return before?.keys
  }
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT), redirect: 'manual' })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return JSON.parse(new TextDecoder().decode(await readBytes(response, LONGEST_ANSWER)))
}
