// One run of the simulation, and what came of it.

import { keep } from '../../src/token-source/fresh-token.ts'
import { BrokerObject } from './broker.ts'
import { Clock } from './clock.ts'
import { runFleet } from './fleet.ts'
import { Kv } from './kv.ts'
import { Measure } from './measure.ts'
import { type Policy, startIsolate, type World } from './policies.ts'
import { Random } from './random.ts'
import type { Run } from './scenarios.ts'
import { clientOf, Sts } from './sts.ts'

const AUDIENCE = 'https://api.example.com'
/** A Durable Object is moved now and then. */
const BROKER_LIFETIME = 20 * 60_000

export interface Result extends Pick<Run, 'scenario' | 'policy' | 'isolates' | 'simulated' | 'rate'> {
  readonly durationSeconds: number
  readonly isolateLifetimeSeconds: number
  readonly windowSeconds: number
  readonly stsCallsPerHour: number
  readonly mintsPerHour: number
  /** In the minute with the most of them. */
  readonly peakStsCallsPerSecond: number
  readonly startsPerHour: number
  readonly callers: number
  readonly waited: number
  /** Of those who waited, in milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly failed: number
  readonly kv: { readonly reads: number; readonly writes: number; readonly refusedWrites: number }
  readonly broker: { readonly calls: number; readonly refusedCalls: number }
  readonly stsCallsByMinute: readonly number[]
  readonly seconds: number
  readonly events: number
}

export async function simulate(run: Run): Promise<Result> {
  const began = performance.now()
  const { policy, isolates, simulated, window, seed, durationSeconds } = run
  const [from, to] = window
  /** So many isolates does each simulated one stand for. */
  const weight = isolates / simulated
  // A broker calls STS for the whole fleet, however many of it are simulated.
  const stsWeight = policy === 'broker' ? 1 : weight
  const clock = new Clock()
  const random = new Random(seed)
  const measure = new Measure(from, to)
  const limits = { limit: run.stsLimit / stsWeight, outage: run.outage }
  const sts = new Sts(clock, new Random(seed + 1), limits, (isMint) => measure.call(clock.now, isMint))
  const kv = new Kv(clock, new Random(seed + 2))
  const brokerLimits = { capacity: run.brokerCapacity / weight, audience: AUDIENCE }
  const broker = new BrokerObject(clock, new Random(seed + 3), brokerLimits, () => clientOf(sts))
  const world: World = { sts, kv, broker, audience: AUDIENCE, durationSeconds }
  const untilRenewal = earliestRenewal(policy, durationSeconds * 1000)
  const uninstall = clock.install(new Random(seed + 4))
  try {
    for (let time = BROKER_LIFETIME; time < to; time += BROKER_LIFETIME)
      clock.at(time, () => broker.restart())
    for (const time of run.deployments) clock.at(time, () => broker.restart())
    runFleet(clock, random, measure, {
      isolates: simulated,
      locations: run.locations,
      rate: run.rate,
      isolateLifetime: run.isolateLifetime,
      deployments: run.deployments,
      startsWithin: run.startsWithin,
      end: to,
      start: (location) => startIsolate(policy, world, location),
      quietUntil: (token) => sts.mintedAt(token) + untilRenewal,
    })
    // Who came shortly before the end is still answered.
    await clock.runUntil(to + 60_000)
  } finally {
    uninstall()
  }
  const hours = (to - from) / 3_600_000
  const perHour = (count: number, times: number) => Math.round((count * times) / hours)
  return {
    scenario: run.scenario,
    policy,
    isolates,
    simulated,
    rate: run.rate,
    durationSeconds,
    isolateLifetimeSeconds: run.isolateLifetime / 1000,
    windowSeconds: (to - from) / 1000,
    stsCallsPerHour: perHour(measure.calls, stsWeight),
    mintsPerHour: perHour(measure.mints, stsWeight),
    peakStsCallsPerSecond: Math.ceil((Math.max(...measure.callsByMinute) * stsWeight) / 60),
    startsPerHour: perHour(measure.starts, weight),
    callers: Math.round(measure.callers * weight),
    waited: Math.round(measure.waits.count * weight),
    p50: Math.round(measure.waits.quantile(0.5)),
    p99: Math.round(measure.waits.quantile(0.99)),
    p999: Math.round(measure.waits.quantile(0.999)),
    failed: Math.round(measure.failed * weight),
    kv: { reads: kv.reads, writes: kv.writes, refusedWrites: kv.refusedWrites },
    broker: {
      calls: Math.round(broker.calls * weight),
      refusedCalls: Math.round(broker.refusedCalls * weight),
    },
    stsCallsByMinute: measure.callsByMinute.map((count) => Math.round(count * stsWeight)),
    seconds: Math.round((performance.now() - began) / 100) / 10,
    events: clock.events,
  }
}

/** After so many milliseconds the first source renews a token, by this package's own rule. */
function earliestRenewal(policy: Policy, lifetime: number): number {
  if (policy === 'mint per request') return 0
  const refreshAhead = policy === 'broker' ? ([0.76, 0.95] as const) : ([0.7, 0.85] as const)
  const token = { value: '', mintedAt: 0, expiresAt: lifetime }
  // STS tells the end in whole seconds, so that a token may be up to a second older to its source.
  return keep(token, { refreshAhead, chance: 0 }).refreshAt - 1000
}
