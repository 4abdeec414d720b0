// JSON, and where it is none the place, by esbuild, which bundles the policy: JSON.parse tells the place of some faults alone,
// and of two members of one name drops the first without a word.

import { type Location, type Message, transformSync } from 'esbuild'

/** The text is no JSON, or has a name twice. The message shows nothing of it but names, and characters that stand alone. */
export class JsonError extends Error {
  /** From 1 on. */
  readonly line: number
  /** From 1 on. */
  readonly column: number

  constructor(why: string, line: number, column: number) {
    super(why)
    this.line = line
    this.column = column
  }

  override get name(): string {
    return 'JsonError'
  }
}

/** @throws {JsonError} */
export function parseJson(text: string): unknown {
  const fault = faultOf(text)
  if (fault !== undefined) throw fault
  try {
    return JSON.parse(text)
  } catch {
    throw leniency(text)
  }
}

function faultOf(text: string): JsonError | undefined {
  try {
    const [twice] = transformSync(text, { loader: 'json' }).warnings
    return twice && faultAt(twice.location, twice.text)
  } catch (error) {
    // So esbuild says of every text that it does not take.
    const { errors: [first] = [] } = error as { errors?: readonly Message[] }
    if (first === undefined) throw error
    // What stands in quotation marks is the text's own, which may be a secret.
    const why = first.text.replaceAll(/"((?:\\.|[^"\\])*)"/g, (shown, { length }) =>
      length > 1 ? '…' : shown,
    )
    return faultAt(first.location, why)
  }
}

// https://esbuild.github.io/api/#message-object: columns are bytes of UTF-8, from 0 on.
function faultAt(location: Location | null, why: string): JsonError {
  const { line, column, lineText } = location ?? { line: 1, column: 0, lineText: '' }
  const before = new TextDecoder().decode(new TextEncoder().encode(lineText).subarray(0, column))
  return new JsonError(why, line, before.length + 1)
}

/** All that is JSON up to what is none though esbuild takes it, because JavaScript does: RFC 8259 sections 2, 6 and 7. */
const STRICT =
  /^(?:"(?:\\[^89]|[^"\\])*"|(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\d)|[ \t\n\r]|[^\s"\d])*/

function leniency(text: string): JsonError {
  const [before] = STRICT.exec(text) ?? ['']
  const lines = before.split('\n')
  const why = REASONS[text.charAt(before.length)] ?? 'JSON has no such white space'
  return new JsonError(why, lines.length, (lines.at(-1) ?? '').length + 1)
}

const REASONS: Readonly<Record<string, string>> = {
  0: 'In JSON a number must not begin with 0',
  '"': 'In JSON a text has no such escape',
}
