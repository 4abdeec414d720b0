// Mints one token for a whole fleet: keeps it in memory and, sealed, in the storage of a Durable Object, renews it by
// alarm before anyone waits, and gives it to whoever asks.
// https://developers.cloudflare.com/durable-objects/api/alarms/

import { InputError } from '../errors.ts'
import { onDemand } from '../on-demand.ts'
import { emit } from '../query/event.ts'
import type { GetWebIdentityTokenInput } from '../sts/get-web-identity-token-input.ts'
import type { OnTokenSourceEvent } from '../token-source/event.ts'
import type { Minter } from '../token-source/minter.ts'
import { mintingRenewal } from '../token-source/minting.ts'
import type { Renewal } from '../token-source/renewal.ts'
import { checkRequest, lifetimeOf, type TokenRequest } from '../token-source/request.ts'
import type { TokenStore } from '../token-source/store-options.ts'
import { brokerName } from './broker-name.ts'

/** As much of a Durable Object's storage as is needed. */
export interface BrokerStorage {
  get(key: string): Promise<unknown>
  put(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<boolean>
  deleteAll(): Promise<void>
  getAlarm(): Promise<number | null>
  setAlarm(time: number): Promise<void>
}

/** What a broker is made of, checked. */
export interface BrokerSettings {
  readonly sts: Minter
  /** What may be asked for. */
  readonly audiences: readonly string[]
  readonly sealingKeys: readonly Uint8Array[]
  readonly onEvent?: OnTokenSourceEvent | undefined
}

/** A token, and the server's time as the broker knows it. Times are milliseconds since 1970. */
export interface BrokeredToken {
  readonly webIdentityToken: string
  readonly mintedAt: number
  readonly expiresAt: number
  readonly now: number
}

/** Brokers renew early, so that who asks them for a newer token finds it there. */
const REFRESH_AHEAD = [0.7, 0.75] as const
/** The bound on a flight, in milliseconds: less than that of who asks. */
const TIMEOUT = 25_000
/** The storage is the object's own and near: it is waited for longer than for a store. */
const STORE_TIMEOUT = 5000
/** The least between two alarms, and between two notes of who asked, in milliseconds. */
const SHORTEST_ALARM = 1000
const NOTE_INTERVAL = 60_000

const loadStoredOrigin = onDemand(() => import('../token-source/stored-origin.ts'))

interface Brokered {
  readonly name: string
  readonly input: GetWebIdentityTokenInput
  readonly renewal: Renewal
}

export class Broker {
  readonly #storage: BrokerStorage
  readonly #settings: BrokerSettings
  #brokered: Brokered | undefined
  #alarmAt: number | null | undefined
  #notedAt = Number.NEGATIVE_INFINITY

  constructor(storage: BrokerStorage, settings: BrokerSettings) {
    this.#storage = storage
    this.#settings = settings
  }

  /**
   * The token of this object.
   *
   * @param objectName the object's name, where the platform tells it
   * @param refused the token that a relying party refused
   * @throws {InputError} for what may not be asked for here. What the renewal throws.
   */
  async token(request: TokenRequest, objectName?: string, refused?: string): Promise<BrokeredToken> {
    const { renewal } = await this.#accept(request, objectName)
    if (refused !== undefined) await renewal.invalidate(refused)
    const { value, mintedAt, expiresAt } = await renewal.get()
    await this.#bestEffort(() => this.#noteAsked())
    await this.#bestEffort(() => this.#setAlarm(renewal.dueIn()))
    return { webIdentityToken: value, mintedAt, expiresAt, now: renewal.now() }
  }

  /** Drops the token: any, or that one if it is still the current one. */
  async invalidate(token: string | undefined): Promise<void> {
    const { renewal } = (await this.#recall()) ?? {}
    await renewal?.invalidate(token)
  }

  /**
   * Renews the token; it may come twice, or late. When nobody has asked for a whole lifetime, it comes once more, after the last
   * token has ended.
   */
  async alarm(): Promise<void> {
    this.#alarmAt = null
    const brokered = await this.#recall()
    const askedAt = await this.#storage.get('asked')
    // It was forgotten while somebody waited for a token, which has come since.
    if (brokered === undefined) return this.#forget()
    if (typeof askedAt !== 'number') return
    const lifetime = lifetimeOf(brokered.input)
    const askedUntil = askedAt + lifetime + NOTE_INTERVAL
    if (!this.#mayMint(brokered.input) || Date.now() > askedUntil + lifetime) return this.#forget()
    const isAsked = Date.now() <= askedUntil
    if (isAsked) await brokered.renewal.renew()
    // What was renewed until then is still given, should STS be down when somebody asks again.
    await this.#setAlarm(isAsked ? brokered.renewal.dueIn() : askedUntil + lifetime + 1 - Date.now())
  }

  // Callers may choose tags freely, and each choice is an object: one that nobody asks, or may ask any more, leaves nothing behind.
  async #forget(): Promise<void> {
    this.#brokered = undefined
    // The clock may be set back before somebody asks again.
    this.#notedAt = Number.NEGATIVE_INFINITY
    await this.#storage.deleteAll()
  }

  async #accept(request: TokenRequest, objectName: string | undefined): Promise<Brokered> {
    const input = checkRequest(request)
    if (!this.#mayMint(input)) {
      throw new InputError('audience', 'is not one that the broker may be asked for')
    }
    const name = await brokerName(input)
    const brokered = await this.#recall()
    if (name !== (objectName ?? brokered?.name ?? name)) {
      throw new InputError('request', 'must be the one that the object is named after')
    }
    if (brokered?.name === name) return brokered
    await this.#storage.put('input', input)
    // Of those who came first at once each has got here: one renewal is for all of them.
    if (this.#brokered?.name !== name) this.#brokered = this.#broker(name, input)
    return this.#brokered
  }

  #mayMint({ audience }: GetWebIdentityTokenInput): boolean {
    return audience.every((each) => this.#settings.audiences.includes(each))
  }

  // After a restart the storage knows what the object is for.
  async #recall(): Promise<Brokered | undefined> {
    if (this.#brokered !== undefined) return this.#brokered
    const stored = await this.#storage.get('input')
    if (stored === undefined) return undefined
    const input = checkRequest(stored as TokenRequest) // as it was put, or refused
    const name = await brokerName(input)
    this.#brokered ??= this.#broker(name, input)
    return this.#brokered
  }

  #broker(name: string, input: GetWebIdentityTokenInput): Brokered {
    const { sts, sealingKeys, onEvent } = this.#settings
    const store = storeIn(this.#storage)
    const bounds = { storeTimeout: STORE_TIMEOUT, timeout: TIMEOUT }
    // What was given out is not minted again after a restart.
    const options = { sts, store, sealingKeys, onEvent, writesFirst: true, loadStoredOrigin, ...bounds }
    return { name, input, renewal: mintingRenewal(input, options, REFRESH_AHEAD) }
  }

  // Who asks gets his token, though the storage fails; the next one tries again.
  async #bestEffort(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch {
      emit(this.#settings.onEvent, { type: 'store_failed', action: 'set', reason: 'error' })
    }
  }

  async #noteAsked(): Promise<void> {
    const now = Date.now()
    if (now - this.#notedAt < NOTE_INTERVAL) return
    await this.#storage.put('asked', now)
    this.#notedAt = now
  }

  async #setAlarm(delay: number): Promise<void> {
    const time = Date.now() + Math.ceil(Math.max(SHORTEST_ALARM, delay))
    this.#alarmAt ??= await this.#storage.getAlarm()
    // One that comes earlier sets the next by itself.
    if (this.#alarmAt !== null && this.#alarmAt <= time) return
    await this.#storage.setAlarm(time)
    this.#alarmAt = time
  }
}

// The object has one token, under whichever name.
function storeIn(storage: BrokerStorage): TokenStore {
  return {
    get: () => storage.get('token'),
    set: (_, sealed) => storage.put('token', sealed),
    delete: () => storage.delete('token'),
  }
}
