// Tells the ledger what a broker does: a moment later, all of it at once, and never so that a caller would wait for it. The log
// has each mint, with AWS's id of the request.

import type { ClientEvent, TokenRequest, TokenSourceEvent } from 'aws-web-identity'
import { type WholeRequest, wholeRequest } from '../whole-request.ts'
import { type LedgerBinding, ledgerOf } from './ledger-stub.ts'
import type { KeptFor, Report } from './report.ts'

/** For so long events are gathered, in milliseconds: a mint makes several. */
const GATHERING = 100
/** More than one minute of trouble can make; beyond, the newest are dropped. */
const MOST = 200

const reporters = new WeakMap<DurableObjectState, Reporter>()

/** Gathers the events of one Durable Object. */
export class Reporter {
  readonly #env: LedgerBinding
  readonly #state: DurableObjectState
  #keptFor: KeptFor | undefined
  #hasMinted = false
  #clockOffset: number | undefined
  /** What AWS is asked for, and its id of the request that it answered last with a token. */
  #minted: WholeRequest | undefined
  #mintRequestId: string | undefined
  #gathered: Report[] = []
  #isTelling = false

  private constructor(env: LedgerBinding, state: DurableObjectState) {
    this.#env = env
    this.#state = state
  }

  /** The one of this Durable Object. */
  static of(env: LedgerBinding, state: DurableObjectState): Reporter {
    const reporter = reporters.get(state) ?? new Reporter(env, state)
    reporters.set(state, reporter)
    return reporter
  }

  /** What the object keeps. */
  keepsFor(request: TokenRequest, exchange?: string): void {
    this.#keptFor ??= { ...(exchange !== undefined && { exchange }), ...wholeRequest(request) }
  }

  /** What AWS is asked for now: also by an alarm that has woken the object, which says of nothing else what it keeps. */
  mints(request: TokenRequest): void {
    this.#minted = wholeRequest(request)
  }

  /** @param now AWS's time as the object knows it: by the token that it has minted, so before that by nothing */
  knowsTime(now: number): void {
    if (this.#hasMinted) this.#clockOffset = now - Date.now()
  }

  onStsEvent(event: ClientEvent): void {
    const at = Date.now()
    if (event.type === 'retry') this.#tell({ type: 'retry' })
    // Also while nothing can be minted.
    if (event.type === 'clock') this.#clockOffset = event.offset
    if (event.type !== 'response') return
    const { duration, errorCode: code, requestId } = event
    if (code === undefined) this.#mintRequestId = requestId
    const failure = code === undefined ? {} : { failure: { at, code, ...(requestId && { requestId }) } }
    this.#tell({ type: 'attempt', at, duration, ...failure })
  }

  onTokenEvent(event: TokenSourceEvent): void {
    const at = Date.now()
    if (event.type === 'token') {
      // One from the store was minted before, and told then.
      const isNew = event.from !== 'store'
      this.#hasMinted ||= event.from === 'sts'
      if (event.from === 'sts') this.#logMint(at, event.expiration)
      this.#tell({ type: 'token', at, expiresAt: event.expiration.getTime(), isNew })
    }
    if (event.type !== 'refresh_failed') return
    const { errorCode: code, message, remedy, requestId } = event
    const told = { ...(message && { message }), ...(remedy && { remedy }), ...(requestId && { requestId }) }
    this.#tell({ type: 'refresh-failed', failure: { at, code, ...told } })
  }

  // A grant's line has the token's audiences, tags and expiration, and CloudTrail this id: so one leads to the other.
  #logMint(at: number, expiration: Date): void {
    const [object, upstreamRequestId] = [this.#state.id.toString(), this.#mintRequestId]
    const mint = { type: 'mint', time: new Date(at), ...this.#minted, expiration, upstreamRequestId, object }
    console.log(JSON.stringify(mint))
  }

  #tell(report: Report): void {
    if (this.#gathered.length < MOST) this.#gathered.push(report)
    if (this.#isTelling) return
    this.#isTelling = true
    this.#state.waitUntil(this.#tellAll())
  }

  async #tellAll(): Promise<void> {
    await scheduler.wait(GATHERING)
    const reports = this.#gathered
    this.#gathered = []
    this.#isTelling = false
    try {
      await ledgerOf(this.#env).report({
        object: this.#state.id.toString(),
        keptFor: this.#keptFor,
        reports,
        clockOffset: this.#clockOffset,
        toldAt: Date.now(),
      })
    } catch (error) {
      // The console misses it; tokens go on.
      console.error('The ledger could not be told:', error instanceof Error ? error.message : error)
    }
  }
}
