// The options of a store, and the check of them.

import * as v from 'valibot'
import { InputError } from '../errors.ts'
import { milliseconds } from '../query/option-schemas.ts'
import { text } from '../sts/session-input.ts'
import type { OnTokenSourceEvent } from './event.ts'

/**
 * Where tokens are shared: three functions, each of which may answer at once or by a promise. An instance of `unstorage`
 * fits as it is (its `remove` stands for `delete`). It gets no token that is not sealed. One that fails, hangs or
 * forgets harms nobody: tokens go on without it.
 */
export type TokenStore = StoreAccess &
  (
    | { /** Forgets an entry. */ delete(key: string): unknown }
    | { /** Forgets an entry. */ remove(key: string): unknown }
  )

interface StoreAccess {
  /** What is kept under a key; `null` or `undefined` where there is nothing. */
  get(key: string): unknown
  /**
   * Keeps an entry, for so long in seconds; keeping it longer does no harm. The drivers of `unstorage` know the time as
   * `ttl`.
   */
  set(key: string, value: string, options: { readonly ttlSeconds: number; readonly ttl: number }): unknown
}

/** A key of 32 bytes: the bytes, or base64 of them. */
export type SealingKey = string | Uint8Array

/** Memory alone, or a store besides. */
export type StoreOptions =
  | {
      readonly store?: undefined
      readonly sealingKeys?: undefined
      readonly storeTimeout?: undefined
      readonly principal?: undefined
    }
  | {
      /** Where other isolates or processes find the token, too. Memory stands in front of it. */
      readonly store: TokenStore
      /**
       * By which tokens are sealed in the store: one key of 32 bytes or several, of which the first seals and all open.
       * In base64 as `openssl rand -base64 32` prints it, or as bytes. A token is a bearer secret: there is no store
       * without keys.
       */
      readonly sealingKeys: SealingKey | readonly SealingKey[]
      /** The bound on each access of the store, in milliseconds; 250 when absent. */
      readonly storeTimeout?: number | undefined
      /**
       * Whose tokens these are, such as the role's ARN. Give it where several roles of one account share a store and its
       * keys: of temporary credentials no more is known than their account. Long-term keys tell their user.
       */
      readonly principal?: string | undefined
    }

const RULE = 'must be one or several keys of 32 bytes, as bytes or in base64'

// A name of its own, as declarations would tell of `Uint8Array<ArrayBuffer>`, which TypeScript before 5.7 can't read.
interface SealingKeys extends v.GenericSchema<unknown, readonly Uint8Array[]> {}

/** One key or several. Nobody sees a key in a message. */
export const sealingKeys: SealingKeys = v.pipe(
  v.unknown(),
  v.transform((keys) => (Array.isArray(keys) ? keys : [keys])),
  v.array(v.pipe(v.unknown(), v.transform(keyBytes), v.instance(Uint8Array, RULE)), RULE),
  v.minLength(1, RULE),
)

export const storeOptions = {
  store: v.optional(v.custom<TokenStore>(isStore, 'must have the functions get, set and delete')),
  sealingKeys: v.optional(sealingKeys),
  storeTimeout: v.optional(milliseconds, 250),
  // An empty one is a variable that was forgotten, and would be the same for all.
  principal: v.optional(text(1, 2048)),
}

/** What is known of the store once it was checked. */
export interface StoreSettings {
  readonly store?: TokenStore | undefined
  readonly sealingKeys?: readonly Uint8Array[] | undefined
  readonly storeTimeout: number
  /** Whether a token is in the store before anybody has it; `false` when absent. */
  readonly writesFirst?: boolean
  readonly waitUntil?: ((promise: Promise<unknown>) => void) | undefined
  readonly onEvent?: OnTokenSourceEvent | undefined
}

/** @throws {InputError} where one is given without the other, or nothing tells whose tokens they are. */
export function checkStore({ store, sealingKeys, principal, unknownCaller }: CheckedTogether): void {
  if ((store === undefined) !== (sealingKeys === undefined)) {
    throw new InputError('sealingKeys', 'must go with a store, and a store with them: a token is a secret')
  }
  if (store !== undefined && principal === undefined && unknownCaller !== undefined) {
    throw new InputError('principal', `must be given with a store: ${unknownCaller}`)
  }
}

interface CheckedTogether extends Pick<StoreSettings, 'store' | 'sealingKeys'> {
  readonly principal?: string | undefined
  /** Why nothing else tells whose tokens they are; `undefined` where something does. */
  readonly unknownCaller: string | undefined
}

function isStore(value: unknown): boolean {
  const store = Object(value)
  return [store.get, store.set, 'delete' in store ? store.delete : store.remove].every(
    (each) => typeof each === 'function',
  )
}

function keyBytes(key: unknown): unknown {
  // A copy: a `Buffer`'s own `slice` shares its memory.
  if (key instanceof Uint8Array) return key.length === 32 ? new Uint8Array(key) : undefined
  const base64 = typeof key === 'string' ? key.trim() : '' // files of secrets end with a new line
  if (!/^[\w+/-]{43}=?$/.test(base64)) return undefined
  const binary = atob(base64.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
