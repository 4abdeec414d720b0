// What the results show, drawn: files of docs/ by name.

import * as Plot from '@observablehq/plot'
import type { Result } from './bench.ts'
import { draw, powers, short } from './draw.ts'
import { ratio } from './measure/comparison.ts'
import type { Growth, Point } from './measure/growth.ts'

export function chart(results: readonly Result[]): Map<string, string> {
  const growths = results.flatMap(({ measurements }) => measurements).filter((each) => each.kind === 'growth')
  return new Map([
    ['performance-ratios.svg', ratios(results)],
    ...growths.map((growth): [string, string] => [fileOf(growth), grown(growth)]),
  ])
}

/** The name of the picture of a growth. */
export function fileOf({ title }: Growth): string {
  return `performance-${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.svg`
}

// Every goal that is a ratio, with its interval and its limit.
function ratios(results: readonly Result[]): string {
  const rows = results
    .flatMap(({ measurements }) => measurements)
    .filter((each) => each.kind === 'comparison')
    .flatMap(({ title, samples, goals }) =>
      goals.flatMap(({ of, against, atMost, atLeast }) =>
        against === undefined
          ? []
          : [
              {
                what: `${title}: ${of} / ${against}`.replaceAll('`', ''),
                limit: atMost ?? atLeast,
                ...ratio(samples, of, against),
              },
            ],
      ),
    )
  const labels = labelWidth(rows.map(({ what }) => what))
  return draw({
    width: 430 + labels,
    height: 80 + rows.length * 22,
    marginLeft: labels,
    marginRight: 30,
    marginBottom: 45,
    x: {
      type: 'log',
      label: 'ours of theirs (dot and interval), and the goal (bar) →',
      tickFormat: String,
      ticks: 5,
      grid: true,
    },
    y: { label: null, domain: rows.map(({ what }) => what) },
    marks: [
      Plot.ruleX([1], { stroke: 'currentColor', strokeDasharray: '4 4' }),
      Plot.link(rows, { y1: 'what', y2: 'what', x1: 'low', x2: 'high', stroke: '#2b95d6', strokeWidth: 3 }),
      Plot.dot(rows, { y: 'what', x: 'median', fill: '#2b95d6', r: 4 }),
      Plot.tickX(rows, { y: 'what', x: 'limit', stroke: '#d9822b', strokeWidth: 2.5 }),
    ],
  })
}

const HEIGHT = 320
const MARGIN = { top: 20, bottom: 42 }
const COLORS = ['#2b95d6', '#d9822b', '#3fa45b', '#8a8f98']

function grown({ cause, unit, points }: Growth): string {
  const names = [...new Set(points.map(({ of }) => of))]
  const sizes = [...new Set(points.map(({ x }) => x))]
  // From one power of ten to another: a cost that stays looks flat.
  const logarithms = points.map(({ y }) => Math.log10(y))
  const low = Math.floor(Math.min(...logarithms))
  const high = Math.max(low + 1, Math.ceil(Math.max(...logarithms)))
  const last = names.flatMap((name) => points.findLast(({ of }) => of === name) ?? [])
  return draw({
    width: 560 + labelWidth(names),
    height: HEIGHT,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    marginLeft: 60,
    marginRight: labelWidth(names),
    x: { type: 'symlog', label: `${cause} →`, ticks: sizes, tickFormat: short, grid: true },
    y: {
      type: 'log',
      label: `↑ ${unit}`,
      domain: [10 ** low, 10 ** high],
      ticks: powers(low, high),
      tickFormat: short,
      grid: true,
    },
    color: { domain: names, range: COLORS.slice(0, names.length) },
    marks: [
      Plot.line(points, { x: 'x', y: 'y', stroke: 'of', strokeWidth: 2.5 }),
      Plot.dot(points, { x: 'x', y: 'y', fill: 'of', r: 3.5 }),
      ...apart(last, (high - low) / (HEIGHT - MARGIN.top - MARGIN.bottom)).map(({ point, dy }) =>
        Plot.text([point], { x: 'x', y: 'y', text: 'of', fill: 'of', textAnchor: 'start', dx: 10, dy }),
      ),
    ],
  })
}

/** Of the longest, in pixels, with a space on both sides. */
function labelWidth(names: readonly string[]): number {
  return 24 + 6.6 * Math.max(0, ...names.map(({ length }) => length))
}

const LINE_HEIGHT = 15

/** Labels by how far each is moved down, so that none stands on another. @param scale decades in a pixel */
function apart(points: readonly Point[], scale: number): { point: Point; dy: number }[] {
  const down = points
    .map((point) => ({ point, at: -Math.log10(point.y) / scale }))
    .sort((a, b) => a.at - b.at)
  let free = Number.NEGATIVE_INFINITY
  return down.map(({ point, at }) => {
    const placed = Math.max(at, free)
    free = placed + LINE_HEIGHT
    return { point, dy: placed - at }
  })
}
