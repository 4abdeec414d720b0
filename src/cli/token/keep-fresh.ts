// Keeps a token fresh where other programs read it, until a signal ends it.

import { exitCodes } from '../exit-code.ts'
import { ended, failureOf } from '../failure.ts'
import { Bell } from './bell.ts'
import type { Minted } from './formats.ts'
import type { MintedSource, MintedSourceOptions } from './source.ts'
import type { Telling } from './telling.ts'

/** What is kept fresh, and where. */
export interface Kept {
  readonly source: (options: MintedSourceOptions) => MintedSource
  /** What the token has left at the least, in milliseconds. */
  readonly minimumValidity: number | undefined
  readonly tell: Telling
  readonly write: (minted: Minted) => Promise<void>
}

/**
 * Resolves when a signal ended it. What goes wrong after the first token is told and tried again, for the programs that
 * read it may still come through with the last one.
 *
 * @throws what keeps it from the first token, or from writing it
 */
export async function keepFresh({ source: make, minimumValidity, tell, write }: Kept): Promise<number> {
  const stop = new AbortController()
  const bell = new Bell()
  let last: Minted | undefined
  let lastFailure: string | undefined
  const source = make({
    ...(minimumValidity !== undefined && { minimumValidity }),
    onEvent(event) {
      bell.ring()
      if (event.type === 'duration_cut') tell.cut(event.durationSeconds)
      // While the old token is good, nobody who asks is told that there is no new one.
      if (event.type !== 'refresh_failed' || !event.isCovered || last === undefined) return
      const { errorCode: code, message } = event
      const why = message === undefined ? '.' : `: ${ended(message)}`
      tell.failed({ code, message: `No new token could be had (${code})${why}` }, last.expiration)
    },
  })

  async function refresh(): Promise<void> {
    try {
      const minted = await source.get({ signal: stop.signal })
      if (minted.token === last?.token) return
      await write(minted)
      last = minted
      lastFailure = undefined
      tell.written(minted.expiration)
    } catch (error) {
      if (stop.signal.aborted) return
      const failure = failureOf(error)
      if (last === undefined || failure === undefined) throw error
      // In the steps of a backoff it is the same error again.
      if (failure.message !== lastFailure) tell.failed(failure, last.expiration)
      lastFailure = failure.message
    }
  }

  const stopListening = onSignals(source, stop, bell)
  try {
    while (!stop.signal.aborted) {
      await refresh()
      await bell.rung(lastFailure === undefined ? pauseFor(last) : RETRY)
    }
    if (last !== undefined) tell.stopped(last.expiration)
    return exitCodes.done
  } finally {
    stopListening()
    await source.dispose()
  }
}

/** After a failure the source knows itself when it asks again; so often it is asked for that, in milliseconds. */
const RETRY = 1000

// The source renews when it is asked and its time has come. It is asked often, which costs nothing while the token is
// fresh, and not at one time that is far ahead: a machine that slept comes late to that.
function pauseFor(last: Minted | undefined): number {
  const left = (last?.expiration.getTime() ?? 0) - Date.now()
  return Math.min(Math.max(left / 20, 1000), 30_000)
}

/** Gives back what ends the listening. */
function onSignals(source: MintedSource, stop: AbortController, bell: Bell): () => void {
  const end = () => {
    stop.abort()
    bell.ring()
  }
  const renew = () => void source.invalidate().then(() => bell.ring())
  // A terminal sends it when it is closed, a supervisor to have something read anew.
  const hangUp = process.stdin.isTTY ? end : renew
  // A second signal ends the process at once, as it does where nobody listens.
  process.once('SIGINT', end).once('SIGTERM', end).on('SIGHUP', hangUp)
  return () => {
    process.off('SIGINT', end).off('SIGTERM', end).off('SIGHUP', hangUp)
  }
}
