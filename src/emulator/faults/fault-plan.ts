// The faults that were ordered, and which of them is next.

import { check } from '../../check.ts'
import {
  type EmulatorFault,
  type EmulatorFaults,
  type FaultedRequest,
  faultOption,
  faultsOption,
} from './fault.ts'
import { TokenBucket } from './token-bucket.ts'

/** The faults that are still to come. */
export class FaultPlan {
  #faults: EmulatorFaults = []
  #left = new Map<EmulatorFault, number>()
  #buckets = new Map<EmulatorFault, TokenBucket>()

  constructor(faults: EmulatorFaults) {
    this.set(faults)
  }

  /** @throws InputError where one breaks a rule */
  set(faults: EmulatorFaults): void {
    this.#faults = typeof faults === 'function' ? faults : check(faultsOption, { faults }, 'options').faults
    this.#left = new Map()
    this.#buckets = new Map()
  }

  /** Those that can still happen, `null` where a function decides. */
  get pending(): readonly EmulatorFault[] | null {
    if (typeof this.#faults === 'function') return null
    return this.#faults
      .filter((fault) => this.#leftOf(fault) > 0)
      .map((fault) => (fault.times === undefined ? fault : { ...fault, times: this.#leftOf(fault) }))
  }

  /** What shall go wrong with this request. */
  next(request: FaultedRequest, now: number): EmulatorFault | undefined {
    if (typeof this.#faults === 'function') {
      const fault = this.#faults(request)
      return fault === undefined ? undefined : check(faultOption, { fault }, 'options').fault
    }
    const fault = this.#faults.find((candidate) => this.#fits(candidate, request, now))
    if (fault === undefined) return undefined
    this.#left.set(fault, this.#leftOf(fault) - 1)
    // It goes into the log of requests, and nobody who has that may change the plan.
    return { ...fault }
  }

  #fits(fault: EmulatorFault, { operation }: FaultedRequest, now: number): boolean {
    if (fault.operation !== undefined && fault.operation !== operation) return false
    if (this.#leftOf(fault) <= 0) return false
    return fault.throttle === undefined || !this.#bucketOf(fault, fault.throttle, now).take(now)
  }

  #leftOf(fault: EmulatorFault): number {
    return this.#left.get(fault) ?? fault.times ?? Number.POSITIVE_INFINITY
  }

  #bucketOf(fault: EmulatorFault, limits: NonNullable<EmulatorFault['throttle']>, now: number): TokenBucket {
    const bucket = this.#buckets.get(fault) ?? new TokenBucket(limits, now)
    this.#buckets.set(fault, bucket)
    return bucket
  }
}
