// Looks into a store before it mints, and shares there what it minted: sealed, under a name that tells nothing. Whatever
// the store does, tokens go on.

import { isTimeoutError } from '../errors.ts'
import { withinDeadline } from '../http/deadline.ts'
import { emit } from '../query/event.ts'
import type { GetWebIdentityTokenInput } from '../sts/get-web-identity-token-input.ts'
import type { StoreEvent } from './event.ts'
import type { Token } from './fresh-token.ts'
import type { Origin } from './renewal.ts'
import { open, seal, Unsealable } from './seal.ts'
import { slotOf } from './slot.ts'
import type { StoreSettings, TokenStore } from './store-options.ts'

/** A store, how it is sealed, and which token it is for. */
export interface StoredOriginOptions extends StoreSettings {
  readonly store: TokenStore
  readonly sealingKeys: readonly Uint8Array[]
  readonly input: GetWebIdentityTokenInput
}

export function storedOrigin(origin: Origin, options: StoredOriginOptions): Origin {
  const { store, sealingKeys, storeTimeout, onEvent, waitUntil } = options

  async function access(action: StoreEvent['action'], call: () => unknown): Promise<unknown> {
    try {
      return await withinDeadline(storeTimeout, undefined, async () => call())
    } catch (error) {
      emit(onEvent, { type: 'store_failed', action, reason: isTimeoutError(error) ? 'timeout' : 'error' })
      return undefined
    }
  }

  async function read(slot: string): Promise<Token | undefined> {
    const sealed = await access('get', () => store.get(slot))
    if (sealed === undefined || sealed === null) return undefined
    try {
      const token = await open(sealed, slot, sealingKeys)
      if (token.expiresAt > origin.now()) return token
      throw new Unsealable('expired')
    } catch (error) {
      const reason = error instanceof Unsealable ? error.message : 'malformed'
      emit(onEvent, { type: 'store_rejected', action: 'get', reason })
      return undefined
    }
  }

  async function write(slot: string, token: Token): Promise<void> {
    const ttlSeconds = Math.max(1, Math.ceil((token.expiresAt - origin.now()) / 1000))
    const sealed = await seal(token, slot, sealingKeys)
    await access('set', () => store.set(slot, sealed, { ttlSeconds, ttl: ttlSeconds }))
  }

  async function erase(slot: string): Promise<void> {
    await access('delete', () => ('delete' in store ? store.delete(slot) : store.remove(slot)))
  }

  return {
    now: () => origin.now(),
    async load(wanted, signal) {
      const slot = await slotOf(options)
      const token = await read(slot)
      if (token !== undefined && wanted(token)) return { token, from: 'store' }
      signal.throwIfAborted()
      const arrival = await origin.load(wanted, signal)
      // Nobody waits for it.
      const writing = write(slot, arrival.token)
      waitUntil?.(writing)
      return arrival
    },
    async forget(refused) {
      const slot = await slotOf(options)
      const token = await read(slot)
      if (token !== undefined && token.webIdentityToken === (refused ?? token.webIdentityToken))
        await erase(slot)
    },
  }
}
