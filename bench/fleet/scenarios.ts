// What happens to the fleet, and to which fleets.

import { POLICIES, type Policy } from './policies.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

export const SCENARIOS = ['calm', 'launch', 'deployment', 'outage', 'throttled'] as const
export type Scenario = (typeof SCENARIOS)[number]

export const MEANING: Record<Scenario, string> = {
  calm: 'an hour in which isolates come and go',
  launch: 'all isolates start at once, and nothing is kept anywhere',
  deployment: 'all isolates are replaced at once after ten minutes; what is stored stays',
  outage: 'STS is down for a minute after ten minutes',
  throttled: 'STS takes 10 requests a second, for others of the account use the rest',
}

/** One run. Times are in milliseconds. */
export interface Run {
  readonly scenario: Scenario
  readonly policy: Policy
  readonly isolates: number
  /** How many of them are simulated: the limits of STS and of the broker's thread are divided likewise. */
  readonly simulated: number
  readonly rate: number
  readonly isolateLifetime: number
  readonly durationSeconds: number
  readonly locations: number
  readonly seed: number
  readonly stsLimit: number
  readonly brokerCapacity: number
  readonly outage: readonly [from: number, to: number] | undefined
  readonly deployments: readonly number[]
  readonly startsWithin: number
  /** What is measured. */
  readonly window: readonly [from: number, to: number]
}

interface Variation {
  readonly scenario: Scenario
  readonly policy: Policy
  readonly isolates: number
  readonly rate?: number
  readonly durationSeconds?: number
  readonly isolateLifetime?: number
  /** At the most so many isolates are simulated. */
  readonly sample: number
}

/** At the most so many isolates are simulated of each fleet, so that all of it ends within minutes. */
const SAMPLE = 2000

export function fullRuns(): Run[] {
  const sample = SAMPLE
  return [
    ...each('calm', [10, 100, 1000, 10_000, 100_000, 1_000_000], { sample }),
    ...each('launch', [1000, 10_000, 100_000, 1_000_000], { sample }),
    ...each('deployment', [10_000, 100_000, 1_000_000], { sample }),
    ...each('outage', [10_000], { sample }),
    ...each('throttled', [10_000], { sample }),
    ...each('calm', [10_000], { sample: sample / 4, durationSeconds: 300 }),
    ...each('calm', [10_000], { sample: sample / 4, rate: 0.01 }),
    ...each('calm', [10_000], { sample: sample / 4, rate: 1 }),
    ...each('calm', [10_000], { sample: sample / 4, isolateLifetime: 2 * MINUTE }),
  ]
}

/** Small enough for CI. */
export function quickRuns(): Run[] {
  const sample = 60
  return SCENARIOS.flatMap((scenario) => each(scenario, [1000], { sample }))
}

function each(
  scenario: Scenario,
  sizes: readonly number[],
  others: Omit<Variation, 'scenario' | 'policy' | 'isolates'>,
): Run[] {
  return sizes.flatMap((isolates) => POLICIES.map((policy) => run({ ...others, scenario, policy, isolates })))
}

/** AWS's quota for most operations of STS, per account and region. */
const STS_LIMIT = 600
/** Cloudflare's soft limit for one object. */
const BROKER_CAPACITY = 1000
const WARM_UP = 30 * MINUTE
const EVENT_AT = WARM_UP + 10 * MINUTE

export function run(variation: Variation): Run {
  const { scenario, policy, isolates, sample } = variation
  const { rate = 0.1, durationSeconds = 3600, isolateLifetime = 30 * MINUTE } = variation
  // Who mints for each request has no state: few are enough.
  const most = policy === 'mint per request' ? Math.ceil(8 / rate) : sample
  const isLaunch = scenario === 'launch'
  return {
    scenario,
    policy,
    isolates,
    simulated: Math.min(isolates, most),
    rate,
    isolateLifetime,
    durationSeconds,
    locations: 300,
    seed: 20_260_101,
    stsLimit: scenario === 'throttled' ? 10 : STS_LIMIT,
    brokerCapacity: BROKER_CAPACITY,
    outage: scenario === 'outage' ? [EVENT_AT, EVENT_AT + MINUTE] : undefined,
    deployments: scenario === 'deployment' ? [EVENT_AT] : [],
    startsWithin: isLaunch ? 0 : WARM_UP,
    window: isLaunch ? [0, HOUR] : [WARM_UP, WARM_UP + HOUR],
  }
}
