// An exchange on the emulator: its tokens, a scripted party that trusts its issuer, and what is exchanged there.

import { createEmulator } from '../../src/emulator/index.ts'
import {
  type AccessTokenSource,
  createTokenExchange,
  type ExchangePreset,
  presets,
  type TokenExchangeOptions,
} from '../../src/exchange/index.ts'
import { createTokenSource, StsClient, type TokenSource } from '../../src/index.ts'
import { known, type Party, scriptedParty } from './parties.ts'

export const emulator = createEmulator()

/** How many tokens the emulator minted. */
export function minted(): number {
  return emulator.requests.filter(({ operation }) => operation === 'GetWebIdentityToken').length
}

export function sts(): StsClient {
  const { fetch, credentials } = emulator
  return new StsClient({ region: 'eu-central-1', credentials, fetch })
}

/** A preset of each party that has an exchange, with the identifiers that the scripted party knows. */
export const exchanging = {
  openai: () => presets.openai(known.openai),
  anthropic: () => presets.anthropic(known.anthropic),
  entra: () => presets.entra(known.entra),
  googleCloud: () => presets.googleCloud(known.googleCloud),
  databricks: () => presets.databricks(known.databricks),
  tailscale: () => presets.tailscale(known.tailscale),
  openRouter: () => presets.openRouter(known.openRouter),
  chainguard: () => presets.chainguard(known.chainguard),
} satisfies Record<string, () => ExchangePreset>

export type PartyName = keyof typeof exchanging

export interface Stage {
  readonly preset: ExchangePreset
  readonly party: Party
  readonly source: TokenSource
  readonly access: AccessTokenSource
}

/** An exchange with that party. */
export function stage(name: PartyName, options: TokenExchangeOptions = {}): Stage {
  const preset = exchanging[name]()
  const party = scriptedParty(name, { issuer: emulator.issuer, keys: emulator.fetch })
  const source = createTokenSource({ sts: sts(), ...preset.tokenRequest })
  const access = createTokenExchange(preset, source, { fetch: party.fetch, ...options })
  return { preset, party, source, access }
}
