// Makes a preset of what is known of a party and of what the caller says, and refuses what the party would refuse.

import { InputError } from '../errors.ts'
import type { SigningAlgorithm } from '../sts/get-web-identity-token-input.ts'
import { checkRequest, type TokenRequest } from '../token-source/request.ts'
import type { ExchangePreset, Preset, TokenExchange } from './preset.ts'

/** What a preset is made of. */
export interface PresetFacts {
  readonly name: string
  readonly party: string
  readonly signingAlgorithms: readonly SigningAlgorithm[]
  readonly algorithmRefusal?: string | undefined
  readonly exchange?: TokenExchange
  readonly registration: Preset['registration']
}

/**
 * @param options of the preset, of which the token's own are looked at
 * @throws {InputError} which names the option.
 */
export function makePreset(facts: PresetFacts, options: TokenRequest): Preset {
  const { audience, signingAlgorithm, durationSeconds, tags } = checkRequest({
    audience: options.audience,
    signingAlgorithm: options.signingAlgorithm,
    durationSeconds: options.durationSeconds,
    tags: options.tags,
  })
  const { name, party, signingAlgorithms, algorithmRefusal, exchange, registration } = facts
  if (!signingAlgorithms.includes(signingAlgorithm)) {
    throw new InputError('signingAlgorithm', algorithmRule(facts))
  }
  const [only] = audience
  return {
    name,
    party,
    tokenRequest: {
      audience: audience.length === 1 && only !== undefined ? only : audience,
      signingAlgorithm,
      ...(durationSeconds !== undefined && { durationSeconds }),
      ...(tags !== undefined && { tags }),
    },
    signingAlgorithms,
    algorithmRefusal,
    exchange,
    registration,
  }
}

/** A preset with an exchange. */
export function makeExchangePreset(
  facts: PresetFacts & { readonly exchange: TokenExchange },
  options: TokenRequest,
): ExchangePreset {
  return { ...makePreset(facts, options), exchange: facts.exchange }
}

/** Which algorithms it must be, and why. */
export function algorithmRule({
  party,
  signingAlgorithms,
  algorithmRefusal,
}: Pick<PresetFacts, 'party' | 'signingAlgorithms' | 'algorithmRefusal'>): string {
  const why = algorithmRefusal === undefined ? '' : `: ${algorithmRefusal}`
  return `must be ${signingAlgorithms.join(' or ')} for ${party}${why}`
}
