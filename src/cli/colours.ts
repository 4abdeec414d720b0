// Colours for a terminal, and none for a file or a pipe.

import type { Writable } from 'node:stream'

/** Wraps a text into the codes of its look, or leaves it as it is. */
export type Paint = (look: keyof typeof looks, text: string) => string

const looks = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const

/**
 * Colours on a terminal alone. `NO_COLOR` (https://no-color.org) switches them off, `FORCE_COLOR` other than `0` on,
 * where both are set too, as in Node itself.
 */
export function paintFor(
  stream: Writable & { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  if (!isColoured(stream.isTTY ?? false, env)) return (_, text) => text
  return (look, text) => {
    const [on, off] = looks[look]
    return text === '' ? '' : `\u{1b}[${on}m${text}\u{1b}[${off}m`
  }
}

function isColoured(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = env
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return isTerminal && !refused && terminal !== 'dumb'
}

/** What could command a terminal, end a line, or turn the direction of writing. */
export const commanding = /[\p{Cc}\u{61c}\u{200e}\u{200f}\u{2028}-\u{202e}\u{2066}-\u{2069}]/gu

/**
 * Foreign text that can't command the terminal: control characters, which could move its cursor or change its title,
 * and the marks that turn the direction of writing show as `�`.
 */
export function harmless(text: string): string {
  return text.replace(commanding, '\u{fffd}')
}
