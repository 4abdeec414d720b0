// What the results show, drawn: files of docs/ by name.

import * as Plot from '@observablehq/plot'
import type { Result } from './bench.ts'
import { draw } from './draw.ts'
import { ratio } from './measure/comparison.ts'
import type { Growth } from './measure/growth.ts'

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
  return draw({
    width: 860,
    height: 60 + rows.length * 22,
    marginLeft: 430,
    marginRight: 30,
    x: { type: 'log', label: 'ours of theirs (dot and interval), and the goal (bar) →', grid: true },
    y: { label: null, domain: rows.map(({ what }) => what) },
    marks: [
      Plot.ruleX([1], { stroke: 'currentColor', strokeDasharray: '4 4' }),
      Plot.link(rows, { y1: 'what', y2: 'what', x1: 'low', x2: 'high', stroke: '#2b95d6', strokeWidth: 3 }),
      Plot.dot(rows, { y: 'what', x: 'median', fill: '#2b95d6', r: 4 }),
      Plot.tickX(rows, { y: 'what', x: 'limit', stroke: '#d9822b', strokeWidth: 2.5 }),
    ],
  })
}

function grown({ cause, unit, points }: Growth): string {
  return draw({
    width: 640,
    height: 320,
    marginLeft: 60,
    marginRight: 150,
    x: { type: 'symlog', label: `${cause} →`, grid: true },
    y: { type: 'log', label: `↑ ${unit}`, grid: true },
    color: { range: ['#2b95d6', '#d9822b', '#3fa45b', '#8a8f98'] },
    marks: [
      Plot.line(points, { x: 'x', y: 'y', stroke: 'of', strokeWidth: 2.5 }),
      Plot.dot(points, { x: 'x', y: 'y', fill: 'of', r: 3.5 }),
      Plot.text(
        points,
        Plot.selectLast({ x: 'x', y: 'y', z: 'of', text: 'of', fill: 'of', textAnchor: 'start', dx: 10 }),
      ),
    ],
  })
}
