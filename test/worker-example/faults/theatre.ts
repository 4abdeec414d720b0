// Where a fault is played: the Worker in several isolates, its STS, what it logs, and what its console shows.

import { setTimeout } from 'node:timers/promises'
import { expect, vi } from 'vitest'
import { type Fleet, type FleetOptions, startFleet } from '../../../worker-example/demo/fleet.ts'
import type { AuditLine } from '../../../worker-example/ledger/audit-line.ts'
import type { Snapshot } from '../../../worker-example/ledger/snapshot.ts'
import { breaker } from '../breaker.ts'
import { bindingsFor } from '../stage.ts'
import { FaultySts, KEYS, type Keys } from './faulty-sts.ts'
import { stsIn, WELL } from './row.ts'

type Options = Omit<FleetOptions, 'bindings'>

/** A fleet that can be started anew, and what is around it. */
export class Theatre {
  readonly isolates = 4
  readonly sts: FaultySts
  readonly #log: string[]
  readonly #options: Options
  #fleet: Fleet

  private constructor(sts: FaultySts, options: Options, fleet: Fleet, log: string[]) {
    this.sts = sts
    this.#log = log
    this.#options = options
    this.#fleet = fleet
  }

  static async open(given: Pick<Options, 'script' | 'storage' | 'sinks'>): Promise<Theatre> {
    const sts = await FaultySts.start()
    const log: string[] = []
    const options = {
      ...given,
      isolates: 4,
      sinks: { ...given.sinks, workers: [...(given.sinks?.workers ?? []), breaker] },
      onLog: (line: string) => void log.push(line),
    }
    return new Theatre(sts, options, await start(options, sts, KEYS), log)
  }

  get fleet(): Fleet {
    return this.#fleet
  }

  /** What a deployment does: each isolate and object begins anew, with these secrets and with what was stored. */
  async deploy(keys: Keys, meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    await this.#fleet.close()
    await meanwhile()
    this.#fleet = await start(this.#options, this.sts, keys)
  }

  /** Aborts each Durable Object, whatever it is at. */
  async abortObjects(): Promise<void> {
    await this.#fleet.ask('breaker', '/')
  }

  /** What the console shows, as soon as this holds for it; it lags a second. */
  async console(holds: (shown: Snapshot) => void = () => {}): Promise<Snapshot> {
    const read = async () => {
      const ledger = await this.#fleet.ledger()
      // What comes of Miniflare ends with the fleet, and a deployment ends that: this does not.
      const shown: Snapshot = JSON.parse(JSON.stringify(await ledger.snapshot()))
      holds(shown)
      return shown
    }
    return vi.waitFor(read, { timeout: 20_000, interval: 100 })
  }

  /** What it shows when it has heard of a failure with this code that is not over. */
  consoleWith(code: string): Promise<Snapshot> {
    return this.console((shown) => expect(stsIn(shown)).toContain(code))
  }

  /** Waits until it shows that STS is well, by a success that is later than each failure. */
  async consoleWell(): Promise<void> {
    await this.console((shown) => expect(stsIn(shown)).toBe(WELL))
  }

  /** Whether the console has a line for each of these requests, so that none was lost. It keeps 1,000. */
  async expectLines(...requestIds: readonly (readonly string[])[]): Promise<void> {
    await this.console(({ decisions }) => {
      const told = new Set(decisions.map(({ requestId }) => requestId))
      expect(requestIds.flat().filter((requestId) => !told.has(requestId))).toEqual([])
    })
  }

  /** The lines of these requests in the log, as soon as each is there. */
  async logged(requestIds: readonly string[]): Promise<AuditLine[]> {
    return vi.waitFor(
      () => {
        const audited = this.#log.filter((line) => line.startsWith('{"type":"audit"'))
        const lines = new Map(audited.map((line) => JSON.parse(line)).map((line) => [line.requestId, line]))
        expect(requestIds.filter((requestId) => !lines.has(requestId))).toEqual([])
        return requestIds.map((requestId) => lines.get(requestId))
      },
      { timeout: 20_000, interval: 100 },
    )
  }

  /** Waits until the log says so. */
  async expectLog(text: string): Promise<void> {
    await vi.waitFor(() => expect(this.#log.join('\n')).toContain(text), { timeout: 20_000, interval: 100 })
  }

  async close(): Promise<void> {
    await this.#fleet.close()
    await this.sts.down()
  }
}

/** Waits until it is so, for 20 s at the most. */
export async function until(isSo: () => boolean): Promise<void> {
  for (const started = performance.now(); !isSo(); await setTimeout(20)) {
    if (performance.now() - started > 20_000) throw new Error('it was not so within 20 s')
  }
}

function start(options: Options, sts: FaultySts, keys: Keys): Promise<Fleet> {
  const { AWS_SESSION_TOKEN: _, ...bindings } = bindingsFor(sts.url)
  const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY } = keys
  return startFleet({ ...options, bindings: { ...bindings, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } })
}
