// The account's switch for outbound identity federation, and how late STS hears of it: a change was seen to reach STS
// 8 to 12 seconds after IAM took it, and STS to answer InternalFailure meanwhile.

/** How STS sees the switch. */
export type Vending = 'enabled' | 'disabled' | 'being enabled'

/** The switch of one account. */
export interface FederationState {
  readonly enabled: boolean
  /** When it was last switched, in milliseconds; `null` where it has stood like this from the start. */
  readonly switchedAt: number | null
}

/** STS knows of a change after this many milliseconds. */
const lag = 10_000

// For so long after it was enabled STS goes on as before; then, until it knows, it fails.
const quietLag = 3000

export class FederationSwitch {
  readonly #onChange: () => void
  #state: FederationState
  // What STS went by when the switch was last used.
  #before: boolean

  constructor(state: FederationState, onChange: () => void) {
    this.#state = state
    this.#before = !state.enabled
    this.#onChange = onChange
  }

  /** As IAM knows it, at once. */
  get state(): FederationState {
    return this.#state
  }

  set(enabled: boolean, now: number): void {
    this.#before = this.vending(now) === 'enabled'
    this.#state = { enabled, switchedAt: now }
    this.#onChange()
  }

  /** As STS knows it. */
  vending(now: number): Vending {
    const { enabled, switchedAt } = this.#state
    const age = switchedAt === null ? lag : now - switchedAt
    // A change that was taken back in time is none.
    if (age >= lag || enabled === this.#before) return enabled ? 'enabled' : 'disabled'
    if (!enabled) return 'enabled'
    return age < quietLag ? 'disabled' : 'being enabled'
  }
}
