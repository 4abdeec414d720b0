// A simulated Durable Object around this package's own `Broker`: a storage, an alarm, an RPC that takes time, and a
// thread that does no more than so much a second.
// https://developers.cloudflare.com/durable-objects/platform/limits/

import { Broker, type BrokerStorage } from '../../src/cloudflare/broker.ts'
import { type BrokerReply, packError } from '../../src/cloudflare/broker-reply.ts'
import type { BrokerNamespace } from '../../src/cloudflare/brokered-token-source.ts'
import type { Minter } from '../../src/token-source/minter.ts'
import type { TokenRequest } from '../../src/token-source/request.ts'
import type { Clock } from './clock.ts'
import type { Latency, Random } from './random.ts'

/** From a location to the object and back, both ways together. */
const RPC: Latency = { median: 50, sigma: 0.6 }
const STORAGE_READ = 1
const STORAGE_WRITE = 5
/** Who would wait for longer is refused: "Durable Object is overloaded. Requests queued for too long." */
const LONGEST_QUEUE = 10_000

export interface BrokerLimits {
  /** Requests a second that one object can take. */
  readonly capacity: number
  readonly audience: string
}

export class BrokerObject {
  readonly #clock: Clock
  readonly #random: Random
  readonly #limits: BrokerLimits
  readonly #storage: BrokerStorage
  readonly #makeMinter: () => Minter
  #broker: Broker
  #freeAt = 0
  calls = 0
  refusedCalls = 0

  constructor(clock: Clock, random: Random, limits: BrokerLimits, makeMinter: () => Minter) {
    this.#clock = clock
    this.#random = random
    this.#limits = limits
    this.#makeMinter = makeMinter
    this.#storage = this.#makeStorage()
    this.#broker = this.#start()
  }

  /** The object is moved, or its code replaced: its memory is gone, its storage is not. */
  restart(): void {
    this.#broker = this.#start()
  }

  readonly namespace: BrokerNamespace = {
    getByName: () => ({
      token: (request) => this.#call((broker) => answer(broker, request)),
      invalidate: (token) => this.#call((broker) => broker.invalidate(token)),
    }),
  }

  async #call<Reply>(work: (broker: Broker) => Promise<Reply>): Promise<Reply> {
    this.calls += 1
    const latency = this.#random.logNormal(RPC)
    await this.#clock.after(latency / 2)
    const { now } = this.#clock
    const service = 1000 / this.#limits.capacity
    // Where one call stands for many, they would not have come all at once: a few of them do not wait for each other.
    const begins = Math.max(now, this.#freeAt - 4 * service)
    if (begins - now > LONGEST_QUEUE) {
      this.refusedCalls += 1
      await this.#clock.after(latency / 2)
      throw new Error('Durable Object is overloaded. Requests queued for too long.')
    }
    this.#freeAt = Math.max(now, this.#freeAt) + service
    if (begins > now) await this.#clock.after(begins - now)
    const reply = await work(this.#broker)
    await this.#clock.after(latency / 2)
    return reply
  }

  #start(): Broker {
    const { audience } = this.#limits
    const sealingKeys = [new Uint8Array(32).fill(7)]
    return new Broker(this.#storage, { sts: this.#makeMinter(), audiences: [audience], sealingKeys })
  }

  #makeStorage(): BrokerStorage {
    const entries = new Map<string, unknown>()
    let alarm: { readonly time: number } | null = null
    const slowly = async <Output>(delay: number, work: () => Output): Promise<Output> => {
      await this.#clock.after(delay)
      return work()
    }
    return {
      get: (key) => slowly(STORAGE_READ, () => structuredClone(entries.get(key))),
      put: (key, value) => slowly(STORAGE_WRITE, () => void entries.set(key, structuredClone(value))),
      delete: (key) => slowly(STORAGE_WRITE, () => entries.delete(key)),
      deleteAll: () => slowly(STORAGE_WRITE, () => entries.clear()),
      getAlarm: () => slowly(STORAGE_READ, () => alarm?.time ?? null),
      setAlarm: async (time) => {
        const set = { time }
        alarm = set
        this.#clock.at(this.#clock.now + time - Date.now(), () => {
          if (alarm !== set) return // another one took its place
          alarm = null
          void this.#broker.alarm()
        })
      },
    }
  }
}

// As `WebIdentityTokenBroker` answers, which needs the platform around it.
async function answer(broker: Broker, request: TokenRequest): Promise<BrokerReply> {
  try {
    return await broker.token(request, undefined)
  } catch (error) {
    return { error: packError(error) }
  }
}
