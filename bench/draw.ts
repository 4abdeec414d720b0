// Draws a plot as SVG. Text and axes take the reader's colour, light or dark; the ground is transparent; the colours
// that one gives are to be legible on both.

import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'

export const powers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index))

export function short(value: number): string {
  if (value >= 1e9) return `${value / 1e9}G`
  if (value >= 1e6) return `${value / 1e6}M`
  return value >= 1000 ? `${value / 1000}k` : String(value)
}

const STYLE = `
  svg { color: #24292f; background: none; font: 12px system-ui, sans-serif; }
  @media (prefers-color-scheme: dark) { svg { color: #e6edf3; } }
`

export function draw(options: Plot.PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const svg = Plot.plot({ ...options, document })
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  const style = document.createElement('style')
  style.textContent = STYLE
  svg.append(style)
  return `${svg.outerHTML}\n`
}
