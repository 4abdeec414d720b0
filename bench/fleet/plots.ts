// What the results show, drawn.

import * as Plot from '@observablehq/plot'
import { draw, powers, short } from '../draw.ts'
import { POLICIES } from './policies.ts'
import type { Result } from './run.ts'
import { share } from './table.ts'

const ORDINARY = { rate: 0.1, durationSeconds: 3600, isolateLifetimeSeconds: 1800 }
const color = { domain: POLICIES, range: ['#8a8f98', '#d9822b', '#2b95d6', '#3fa45b'] }
const STS_QUOTA_PER_HOUR = 600 * 3600

/** Files by name. */
export function plots(results: readonly Result[]): Map<string, string> {
  const ordinary = results.filter((each) =>
    Object.entries(ORDINARY).every(([name, value]) => Reflect.get(each, name) === value),
  )
  return new Map([
    ['fleet-sts-calls.svg', stsCalls(ordinary.filter(({ scenario }) => scenario === 'calm'))],
    ['fleet-deployment.svg', deployment(ordinary)],
    ['fleet-waiting.svg', waiting(ordinary.filter(({ isolates }) => isolates === 100_000))],
    ['fleet-failed.svg', failed(ordinary)],
  ])
}

function stsCalls(results: readonly Result[]): string {
  const last = results.filter(({ isolates }) => isolates === 1_000_000)
  return draw({
    color,
    width: 760,
    height: 400,
    marginRight: 120,
    marginLeft: 60,
    x: { type: 'log', label: 'isolates →', tickFormat: short, ticks: powers(1, 6), grid: true },
    y: {
      type: 'log',
      label: '↑ STS calls an hour',
      tickFormat: short,
      ticks: powers(0, 9),
      grid: true,
      domain: [1, 1e9],
    },
    marks: [
      Plot.ruleY([STS_QUOTA_PER_HOUR], { stroke: 'currentColor', strokeDasharray: '4 4' }),
      Plot.text(['600 a second: AWS’s usual quota'], {
        x: () => 10,
        y: () => STS_QUOTA_PER_HOUR,
        textAnchor: 'start',
        dx: 4,
        dy: -8,
        fill: 'currentColor',
      }),
      Plot.line(results, { x: 'isolates', y: atLeastOne, stroke: 'policy', strokeWidth: 2.5 }),
      Plot.dot(results, { x: 'isolates', y: atLeastOne, fill: 'policy', r: 3.5 }),
      Plot.text(last, {
        x: 'isolates',
        y: atLeastOne,
        text: 'policy',
        fill: 'policy',
        textAnchor: 'start',
        dx: 10,
      }),
    ],
  })
}

function atLeastOne({ stsCallsPerHour }: Result): number {
  return Math.max(1, stsCallsPerHour)
}

function deployment(results: readonly Result[]): string {
  const minutes = results
    .filter(({ scenario, isolates }) => scenario === 'deployment' && isolates === 100_000)
    .flatMap(({ policy, stsCallsByMinute }) =>
      stsCallsByMinute.slice(0, 31).map((calls, minute) => ({ policy, minute, calls })),
    )
  return draw({
    color,
    width: 760,
    height: 400,
    marginRight: 120,
    marginLeft: 60,
    x: { label: 'minutes →', ticks: 10 },
    y: {
      type: 'symlog',
      label: '↑ STS calls in a minute',
      ticks: [0, ...powers(0, 6)],
      tickFormat: short,
      grid: true,
    },
    marks: [
      Plot.ruleX([10], { stroke: 'currentColor', strokeDasharray: '4 4' }),
      Plot.text(['all 100,000 isolates are replaced'], {
        x: () => 10,
        frameAnchor: 'top',
        textAnchor: 'start',
        dx: 60,
        dy: 40,
        fill: 'currentColor',
      }),
      Plot.line(minutes, { x: 'minute', y: 'calls', stroke: 'policy', strokeWidth: 2.5 }),
      ...minutes
        .filter(({ minute }) => minute === 30)
        .map((last) =>
          Plot.text([last], {
            x: 'minute',
            y: 'calls',
            text: 'policy',
            fill: 'policy',
            textAnchor: 'start',
            dx: 10,
            // Both may be at nought.
            dy: last.policy === 'memory + KV' ? -14 : 0,
          }),
        ),
    ],
  })
}

function waiting(results: readonly Result[]): string {
  const points = results.flatMap(({ scenario, policy, p50, p99, p999, waited, callers }) =>
    [
      { quantile: 'p50', milliseconds: p50 },
      { quantile: 'p99', milliseconds: p99 },
      { quantile: 'p99.9', milliseconds: p999 },
    ].map((point) => ({ ...point, scenario, policy, share: waited / callers })),
  )
  return draw({
    color,
    width: 760,
    height: 360,
    marginLeft: 125,
    marginRight: 90,
    marginBottom: 48,
    x: {
      type: 'log',
      label: 'ms that those waited who waited: p50, p99, p99.9; and how many of all →',
      grid: true,
      tickFormat: short,
      ticks: powers(0, 4),
      domain: [1, 100_000],
    },
    y: { label: null, domain: POLICIES },
    fy: { label: null, domain: ['calm', 'launch', 'deployment'] },
    marks: [
      Plot.link(results, {
        fy: 'scenario',
        y: 'policy',
        x1: 'p50',
        x2: 'p999',
        stroke: 'policy',
        strokeWidth: 2,
      }),
      Plot.dot(points, {
        fy: 'scenario',
        y: 'policy',
        x: 'milliseconds',
        fill: 'policy',
        r: 4.5,
        symbol: 'quantile',
      }),
      Plot.text(results, {
        fy: 'scenario',
        y: 'policy',
        x: () => 100_000,
        textAnchor: 'end',
        dx: -4,
        text: ({ waited, callers }: Result) => share(waited, callers),
        fill: 'currentColor',
      }),
    ],
  })
}

function failed(results: readonly Result[]): string {
  const shown = results.filter(({ isolates, scenario }) => isolates >= 10_000 && scenario !== 'calm')
  const rows = shown.map((each) => ({
    ...each,
    fleet: `${each.scenario}, ${each.isolates.toLocaleString('en')}`,
    percent: (each.failed / each.callers) * 100,
  }))
  return draw({
    color,
    width: 800,
    height: 620,
    marginLeft: 125,
    marginRight: 165,
    x: { label: 'failed calls, % →', domain: [0, 100], grid: true },
    y: { label: null, domain: POLICIES },
    fy: { label: null, domain: [...new Set(rows.map(({ fleet }) => fleet))] },
    marks: [
      Plot.barX(rows, { fy: 'fleet', y: 'policy', x: 'percent', fill: 'policy' }),
      Plot.text(rows, {
        fy: 'fleet',
        y: 'policy',
        x: 'percent',
        textAnchor: 'start',
        dx: 4,
        text: (row: Result) => share(row.failed, row.callers),
        fill: 'currentColor',
      }),
    ],
  })
}
