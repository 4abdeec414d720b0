// Looks into a store before it mints, and shares there what it minted: sealed, under a name that tells nothing. Whatever
// the store does, tokens go on.

import { isTimeoutError } from '../errors.ts'
import { withinDeadline } from '../http/deadline.ts'
import { emit } from '../query/event.ts'
import type { StoreEvent } from './event.ts'
import type { Token } from './fresh-token.ts'
import type { Origin } from './renewal.ts'
import { open, seal, Unsealable } from './seal.ts'
import { type SlotOptions, slotOf } from './slot.ts'
import type { StoreSettings, TokenStore } from './store-options.ts'

/** A store, how it is sealed, and which token it is for. */
export interface StoredOriginOptions extends StoreSettings, SlotOptions {
  readonly store: TokenStore
  readonly sealingKeys: readonly Uint8Array[]
}

export function storedOrigin(origin: Origin, options: StoredOriginOptions): Origin {
  const { store, sealingKeys, storeTimeout, onEvent, waitUntil, writesFirst = false } = options

  async function access(action: StoreEvent['action'], call: () => unknown): Promise<unknown> {
    try {
      return await withinDeadline(storeTimeout, undefined, async () => call())
    } catch (error) {
      emit(onEvent, { type: 'store_failed', action, reason: isTimeoutError(error) ? 'timeout' : 'error' })
      return undefined
    }
  }

  function reject(reason: string): void {
    emit(onEvent, { type: 'store_rejected', action: 'get', reason })
  }

  async function read(slot: string): Promise<Token | undefined> {
    const sealed = await access('get', () => store.get(slot))
    if (sealed === undefined || sealed === null) return undefined
    try {
      return await open(sealed, slot, sealingKeys)
    } catch (error) {
      reject(error instanceof Unsealable ? error.message : 'malformed')
      return undefined
    }
  }

  async function write(slot: string, token: Token): Promise<void> {
    await access('set', async () => {
      // By the server's times alone, for this machine's clock may be off: it is written when it was just minted.
      const ttlSeconds = Math.max(1, Math.ceil((token.expiresAt - token.mintedAt) / 1000))
      await store.set(slot, await seal(token, slot, sealingKeys), { ttlSeconds, ttl: ttlSeconds })
    })
  }

  async function erase(slot: string): Promise<void> {
    await access('delete', () => ('delete' in store ? store.delete(slot) : store.remove(slot)))
  }

  return {
    now: () => origin.now(),
    async load(wanted, signal, refused) {
      const slot = await slotOf(options, signal)
      const token = await read(slot)
      if (token !== undefined) {
        if (wanted(token)) return { token, from: 'store' }
        // Whoever wanted it knows the server's time better.
        if (token.expiresAt <= origin.now()) reject('expired')
      }
      signal.throwIfAborted()
      const arrival = await origin.load(wanted, signal, refused)
      const writing = write(slot, arrival.token)
      if (writesFirst) await writing
      else emit(waitUntil, writing) // as an event is: outside of a request it throws
      return arrival
    },
    async forget(refused) {
      const slot = await slotOf(options).catch(() => undefined)
      if (slot === undefined) {
        // Credentials that can't be had just now are no reason to fail whoever drops a token.
        emit(onEvent, { type: 'store_failed', action: 'delete', reason: 'unknown_caller' })
        return
      }
      const token = await read(slot)
      if (token !== undefined && token.value === (refused ?? token.value)) await erase(slot)
    },
  }
}
