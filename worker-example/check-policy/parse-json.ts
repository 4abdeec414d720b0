// JSON, and where it is none the place: V8 tells that of most faults, but not of all.

/** The text is no JSON. The message says why, and shows nothing of it but the character that can’t be there. */
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
  const message = faultOf(text)
  if (message === undefined) return JSON.parse(text)
  const before = text.slice(0, offsetOf(text, message))
  const lines = before.split('\n')
  // What follows would show the text, or say the place again.
  const [why = message] = message.split(/(?: in JSON)? at position|, (?:\.\.\.)?"/)
  throw new JsonError(why, lines.length, (lines.at(-1) ?? '').length + 1)
}

function faultOf(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return (error as SyntaxError).message // nothing else is thrown here
  }
}

function offsetOf(text: string, message: string): number {
  const [, position] = /at position (\d+)/.exec(message) ?? []
  if (position !== undefined) return Number(position)
  // The text ends too early, or a token is none. Then the shortest beginning with that fault ends with it.
  if (!isNoToken(message)) return text.length
  let [sound, faulty] = [0, text.length]
  while (faulty - sound > 1) {
    const middle = Math.floor((sound + faulty) / 2)
    if (isNoToken(faultOf(text.slice(0, middle)) ?? '')) faulty = middle
    else sound = middle
  }
  return sound
}

function isNoToken(message: string): boolean {
  return message.startsWith('Unexpected token')
}
