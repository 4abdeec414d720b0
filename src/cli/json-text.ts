// JSON for programs that read it from a terminal's pipe: whatever it holds, it commands no terminal.

import { commanding } from './colours.ts'

/**
 * In one line, without its end. Some readers split at Unicode's line ends too, which JSON leaves as they are, as it does
 * what could command a terminal.
 */
export function jsonLine(content: object): string {
  return JSON.stringify(content).replace(commanding, escaped)
}

/** The same over several lines, for eyes. */
export function jsonText(content: object): string {
  return JSON.stringify(content, null, 2).replace(commanding, (character) =>
    character === '\n' ? '\n' : escaped(character),
  )
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
