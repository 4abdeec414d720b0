// One exchange, straight down: a token of AWS, then a request for each step, each with the token that came of the last.

import { isExchangeError } from '../errors.ts'
import type { BearerSource } from '../token-source/source.ts'
import type { AccessGrant, ExchangeSettings } from './exchange-settings.ts'
import { sendStep } from './send.ts'
import { checkSubjectToken } from './subject-token.ts'

/** @throws {ExchangeError} {@link ResponseError} {@link TimeoutError}, the signal's reason, or what the source throws. */
export async function exchange(settings: ExchangeSettings, signal: AbortSignal): Promise<AccessGrant> {
  try {
    return await takeSteps(settings, signal)
  } catch (error) {
    // Somebody else may have shown the token before us, who shares it through a store: none of ours has been seen.
    const mayBeUsed =
      settings.preset.exchange.tokenUse === 'once' && isExchangeError(error) && isRefusal(error)
    if (!mayBeUsed) throw error
    return takeSteps(settings, signal)
  }
}

async function takeSteps(settings: ExchangeSettings, signal: AbortSignal): Promise<AccessGrant> {
  const { steps } = settings.preset.exchange
  let granted: AccessGrant | undefined
  for (const step of steps) {
    const token = granted === undefined ? await subjectTokens(settings, signal) : always(granted.value)
    granted = await sendStep(step, token, settings, signal)
  }
  if (granted === undefined) throw new TypeError('An exchange has at least one step')
  return granted
}

/** The token of AWS for each request: one for all of this exchange, or a new one each time, as the party wants it. */
async function subjectTokens(
  settings: ExchangeSettings,
  signal: AbortSignal,
): Promise<() => Promise<string>> {
  const { tokenUse } = settings.preset.exchange
  const take = () => subjectToken(settings, signal)
  return tokenUse === 'until it ends' ? always(await take()) : take
}

async function subjectToken({ preset, source }: ExchangeSettings, signal: AbortSignal): Promise<string> {
  for (let previous: string | undefined; ; ) {
    const token = await source.getToken({ signal })
    checkSubjectToken(token, preset)
    if (preset.exchange.tokenUse === 'any') return token
    // Several exchanges that wait for one source are given the same; a source that has no other has it shown again.
    const isTaken = taken.get(source) === token && token !== previous
    taken.set(source, token)
    // Nobody else is to have it, and the next exchange shall have another.
    await source.invalidate(token)
    if (!isTaken) return token
    previous = token
  }
}

/** The token that was last taken of a source, for one exchange alone. */
const taken = new WeakMap<BearerSource, string>()

function always(token: string): () => Promise<string> {
  return async () => token
}

function isRefusal({ statusCode, retryable }: { statusCode: number; retryable: boolean }): boolean {
  return !retryable && (statusCode === 400 || statusCode === 401)
}
