// A web identity token for a caller: what was asked for, whether the policy allows it, and the broker's token.

import { waitUntil } from 'cloudflare:workers'
import { isInputError, type TokenSources } from 'aws-web-identity'
import { brokeredTokenSources } from 'aws-web-identity/cloudflare'
import { decode } from 'aws-web-identity/verify'
import type { Env } from '../env.ts'
import type { Policy } from '../policy/policy.ts'
import type { WholeRequest } from '../whole-request.ts'
import { allowToken } from './allow.ts'
import { invalidParameter, readAskedToken } from './asked.ts'
import { audited, type Call } from './call.ts'
import { audiencesOf } from './minting.ts'
import { patiently } from './patiently.ts'

/** What a caller gets. */
export interface GivenToken {
  /** The token: a JWT. */
  readonly webIdentityToken: string
  readonly expiration: Date
  /** Who signed it, and publishes the keys: AWS, for the account. */
  readonly issuer: string
}

/**
 * @param read gives what was asked for: it is called when the caller is within its rate, and told to the audit where it fails
 * @throws {Problem} with the status and the words for the caller.
 */
export function giveToken(call: Call, read: () => Promise<unknown>): Promise<GivenToken> {
  return audited(call, 'token', async (tell) => {
    const asked = readAskedToken(await read())
    tell(wantedBy(asked))
    const allowed = allowToken(call.identified, asked)
    tell(allowed)
    const { webIdentityToken, expiration } = await patiently(
      brokeredToken(call, allowed, asked.minimumValiditySeconds),
      call.signalOf,
    )
    const { issuer, tokenId } = namesIn(webIdentityToken)
    const expiresAt = expiration.getTime()
    tell({ tokenId, expiresAt })
    return {
      answer: { webIdentityToken, expiration, issuer },
      given: { keptFor: allowed, issuer, expiresAt },
    }
  })
}

// Until the policy has allowed it, it is what anybody wrote: as long as a body, or through a service binding 32 MiB.
function wantedBy({ audience, signingAlgorithm, durationSeconds }: ReturnType<typeof readAskedToken>) {
  return {
    audience: audience.slice(0, 10).map((each) => each.slice(0, 140)),
    ...(signingAlgorithm !== undefined && { signingAlgorithm }),
    ...(durationSeconds !== undefined && { durationSeconds }),
  }
}

/** The token, from this isolate's memory or from the broker. */
export async function brokeredToken(
  { env, policy }: Pick<Call, 'env' | 'policy'>,
  allowed: WholeRequest,
  minimumValiditySeconds?: number,
) {
  const source = sourceFor(sourcesOf(env, policy), allowed)
  try {
    return await source.get(
      minimumValiditySeconds === undefined ? undefined : { minimumValidity: minimumValiditySeconds * 1000 },
    )
  } catch (error) {
    if (!isInputError(error) || error.path !== 'minimumValidity') throw error
    throw invalidParameter(
      'minimumValiditySeconds',
      `must be at most ${allowed.durationSeconds / 4} for such a token`,
    )
  }
}

// The broker's own errors of this kind are of its configuration; these here are of what the caller wrote.
function sourceFor(sources: TokenSources, allowed: WholeRequest) {
  try {
    return sources.sourceFor(allowed)
  } catch (error) {
    if (!isInputError(error)) throw error
    throw invalidParameter(error.path, error.rule)
  }
}

// One for all requests of an isolate: it keeps the tokens that the broker gave.
const sources = new WeakMap<object, TokenSources>()

function sourcesOf({ BROKER }: Env, policy: Policy): TokenSources {
  const made =
    sources.get(BROKER) ??
    brokeredTokenSources(BROKER, {
      audiences: audiencesOf(policy),
      signingAlgorithm: 'ES384',
      maxSources: 1000,
      waitUntil,
    })
  sources.set(BROKER, made)
  return made
}

/** Of each token that is given out again and again, what is told of it. */
const names = new Map<string, { readonly issuer: string; readonly tokenId: string }>()
const MOST_NAMES = 1000

function namesIn(token: string) {
  const known = names.get(token)
  if (known !== undefined) return known
  const { iss, jti } = decode(token).claims
  const read = { issuer: String(iss), tokenId: String(jti) }
  const [oldest] = names.keys()
  if (names.size >= MOST_NAMES && oldest !== undefined) names.delete(oldest)
  names.set(token, read)
  return read
}
