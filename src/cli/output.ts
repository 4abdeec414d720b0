// Where a command writes: its product to stdout, everything else to stderr, where no secret goes.

import { harmless } from './colours.ts'
import { jsonLine, jsonText } from './json-text.ts'

/** A line of the product. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** The product for a program: one JSON value, indented, as `aws` prints it. */
export function printJson(value: object): void {
  print(jsonText(value))
}

/** What a person at the terminal shall know, in a line or in several. It may quote what others wrote. */
export function tell(words: string): void {
  process.stderr.write(`${words.split('\n').map(harmless).join('\n')}\n`)
}

/** The same for a program: one JSON object in one line. */
export function tellJson(value: object): void {
  process.stderr.write(`${jsonLine(value)}\n`)
}
