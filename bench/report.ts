// Results as Markdown.

import type { Measurement, Result } from './bench.ts'
import { type Comparison, type Goal, ratio, type Verdict, verdict } from './measure/comparison.ts'
import { type Growth, power } from './measure/growth.ts'
import { type Estimate, estimate, quantile } from './measure/statistics.ts'

/** What a bench found, all of it. */
export function section({ about, day, machine, versions, measurements }: Result): string {
  const using = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return [
    about,
    ...measurements.map((each) => (each.kind === 'growth' ? growthTable(each) : comparisonTable(each))),
    `Measured on ${day}: ${machine}; ${using.join(', ')}.`,
  ].join('\n\n')
}

/** The goals of all of them, and whether they are kept. */
export function goals(results: readonly Result[]): string {
  const rows = results.flatMap(({ name, measurements }) =>
    comparisons(measurements).flatMap((comparison) =>
      comparison.goals.map((goal) => {
        const outcome = verdict(comparison, goal)
        const { of, against } = goal
        const subject = against === undefined ? of : `${of}, of ${against}`
        return [
          `[${comparison.title}](#${name}): ${subject}`,
          limit(goal, comparison.unit),
          against === undefined ? figure(outcome.found.median, comparison.unit) : proportion(outcome.found),
          told(outcome),
        ]
      }),
    ),
  )
  return table(['what', 'goal', 'measured', ''], rows)
}

/** The goals that are not kept, in words. */
export function missed(results: readonly Result[]): string[] {
  const verdicts = results.flatMap(({ measurements }) =>
    comparisons(measurements).flatMap((comparison) =>
      comparison.goals.map((goal): [Comparison, Verdict] => [comparison, verdict(comparison, goal)]),
    ),
  )
  return verdicts
    .filter(([, { isKept }]) => !isKept)
    .map(([{ title, unit }, { goal, found, isWithinNoise }]) => {
      const value = goal.against === undefined ? figure(found.median, unit) : found.median.toFixed(2)
      const noise = isWithinNoise ? ', within the noise' : ''
      return `${title}: ${goal.of} ${value}, goal ${limit(goal, unit)}${noise}`
    })
}

function comparisons(measurements: readonly Measurement[]): Comparison[] {
  return measurements.filter((each) => each.kind === 'comparison')
}

function comparisonTable({ title, unit, samples, against }: Comparison): string {
  const rows = Object.entries(samples).map(([name, figures]) => [
    name,
    figure(estimate(figures).median, unit),
    ...(isExact(samples)
      ? []
      : [`${figure(quantile(figures, 0.25), unit)} to ${figure(quantile(figures, 0.75), unit)}`]),
    ...against.map((other) => (other === name ? '1' : difference(ratio(samples, name, other)))),
  ])
  const head = [
    '',
    unit,
    ...(isExact(samples) ? [] : ['half of them']),
    ...against.map((name) => `of ${name}`),
  ]
  return `**${title}**\n\n${table(head, rows)}`
}

function growthTable({ title, cause, unit, points }: Growth): string {
  const names = [...new Set(points.map(({ of }) => of))]
  const sizes = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b)
  const rows = sizes.map((size) => [
    size.toLocaleString('en'),
    ...names.map((name) => {
      const point = points.find(({ of, x }) => of === name && x === size)
      return point === undefined ? '' : figure(point.y, unit)
    }),
  ])
  const grown = names.map((name) => power(points.filter(({ of }) => of === name)).toFixed(2))
  rows.push(['grows with the power', ...grown])
  return `**${title}**\n\n${table([cause, ...names.map((name) => `${name}, ${unit}`)], rows)}`
}

function isExact(samples: Comparison['samples']): boolean {
  return Object.values(samples).every((figures) => figures.length === 1)
}

function told({ isKept, isWithinNoise }: Verdict): string {
  if (isWithinNoise) return isKept ? 'kept, within the noise' : 'missed, within the noise'
  return isKept ? 'kept' : '**missed**'
}

function limit({ against, atMost, atLeast }: Goal, unit: string): string {
  const written = (value: number) => (against === undefined ? figure(value, unit) : String(value))
  return [atMost !== undefined && `≤ ${written(atMost)}`, atLeast !== undefined && `≥ ${written(atLeast)}`]
    .filter((part) => part !== false)
    .join(', ')
}

/** Such as `0.42 (0.38 to 0.47)`. @param remark stands behind the interval */
function proportion({ median, low, high }: Estimate, remark = ''): string {
  return low === high ? digits(median) : `${digits(median)} (${digits(low)} to ${digits(high)}${remark})`
}

/** The same, for those who ask whether there is a difference. */
function difference(found: Estimate): string {
  return proportion(found, found.low <= 1 && found.high >= 1 ? ', within the noise' : '')
}

function figure(value: number, unit: string): string {
  return `${digits(value)} ${unit}`
}

/** As many as a measurement on a shared machine can bear. */
export function digits(value: number): string {
  const size = Math.abs(value)
  if (Number.isInteger(value) || size >= 100) return Math.round(value).toLocaleString('en')
  return value.toPrecision(size < 0.1 ? 1 : size < 1 ? 2 : 3)
}

/** A table in Markdown, all but its first column to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
