// A request that was sent, for whoever reads what comes of it.

import type { ExchangePreset } from './preset.ts'
import type { ExchangeStep } from './step.ts'

/** A request that was sent. */
export interface SentRequest {
  readonly step: ExchangeStep
  readonly preset: ExchangePreset
  /** The token that was sent, which must stand in no error. */
  readonly token: string
  /** How many requests were sent. */
  readonly attempts: number
  readonly signal: AbortSignal
}
