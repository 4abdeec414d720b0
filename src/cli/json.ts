// Reads JSON (RFC 8259) and remembers where each value stands, which `JSON.parse` can't tell, so that whatever is wrong
// with a file can be said with its line. Of the ready-made parsers that tell places, none that is kept is small enough
// for a package whose every user would install it.

/** What a text says, and where. */
export interface LocatedJson {
  readonly value: unknown
  /** The offset of the value at a path such as `principals[0].arn`, or of the closest one around it. */
  offsetOf(path: string): number
}

/** The text is no JSON. */
export class JsonError extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }

  override get name(): string {
    return 'JsonError'
  }
}

/** @throws {JsonError} where it is no JSON, or where an object has two members of one name */
export function parseJson(text: string): LocatedJson {
  const offsets = new Map<string, number>()
  const reader = new Reader(text, offsets)
  return { value: reader.readDocument(), offsetOf: (path) => closest(offsets, path) }
}

/** Both from 1, as editors count them. */
export function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

// A missing member stands nowhere, but the object that misses it does.
function closest(offsets: ReadonlyMap<string, number>, path: string): number {
  for (let end = path.length; end > 0; end--) {
    const offset = offsets.get(path.slice(0, end))
    if (offset !== undefined && /^(?:$|[.[])/.test(path.slice(end))) return offset
  }
  return offsets.get('') ?? 0
}

/** RFC 8259, section 9, lets a parser limit the depth; without a limit it would be the stack's. */
const deepest = 500

class Reader {
  readonly #text: string
  readonly #offsets: Map<string, number>
  #at = 0
  #depth = 0

  constructor(text: string, offsets: Map<string, number>) {
    this.#text = text
    this.#offsets = offsets
  }

  readDocument(): unknown {
    // What some editors of Windows put in front of UTF-8.
    if (this.#text.startsWith('\u{feff}')) this.#at = 1
    const value = this.#readValue('')
    if (this.#peek() !== '') throw this.#unexpected('the end')
    return value
  }

  #readValue(path: string): unknown {
    const next = this.#peek()
    this.#offsets.set(path, this.#at)
    if (next === '{' || next === '[') {
      if (this.#depth === deepest)
        throw new JsonError(`values stand in more than ${deepest} others`, this.#at)
      this.#depth += 1
      const value = next === '{' ? this.#readObject(path) : this.#readArray(path)
      this.#depth -= 1
      return value
    }
    if (next === '"') return this.#readString()
    const literal = this.#take(/(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y)
    if (literal === undefined) throw this.#unexpected('a value')
    return JSON.parse(literal)
  }

  #readObject(path: string): Record<string, unknown> {
    const members = new Map<string, unknown>()
    this.#readList('}', () => {
      if (this.#peek() !== '"') throw this.#unexpected('the name of a member in quotation marks')
      const nameAt = this.#at
      const name = this.#readString()
      if (members.has(name)) throw new JsonError(`"${name}" stands twice in the same object`, nameAt)
      this.#expect(':')
      const memberPath = path === '' ? name : `${path}.${name}`
      members.set(name, this.#readValue(memberPath))
      // The name is where the eye looks for it.
      this.#offsets.set(memberPath, nameAt)
    })
    return Object.fromEntries(members)
  }

  #readArray(path: string): unknown[] {
    const values: unknown[] = []
    this.#readList(']', () => {
      values.push(this.#readValue(`${path}[${values.length}]`))
    })
    return values
  }

  #readList(close: string, readOne: () => void): void {
    this.#at += 1
    if (this.#peek() === close) {
      this.#at += 1
      return
    }
    for (;;) {
      readOne()
      const next = this.#peek()
      if (next !== ',' && next !== close) throw this.#unexpected(`a comma or ${close}`)
      this.#at += 1
      if (next === close) return
    }
  }

  #readString(): string {
    // Everything but the quotation mark, the backslash and control characters stands for itself.
    const literal = this.#take(/"(?:[^"\\\p{Cc}]|[\u{7f}-\u{9f}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy)
    if (literal === undefined)
      throw new JsonError('a string is not closed, or holds what needs a backslash', this.#at)
    return JSON.parse(literal) as string
  }

  #expect(character: string): void {
    if (this.#peek() !== character) throw this.#unexpected(character)
    this.#at += 1
  }

  /** The next character that is no white space; `''` at the end. */
  #peek(): string {
    this.#take(/[ \t\r\n]*/y)
    return this.#text.charAt(this.#at)
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const [taken] = pattern.exec(this.#text) ?? []
    this.#at += taken?.length ?? 0
    return taken
  }

  #unexpected(expected: string): JsonError {
    const found = /[\w.+-]+|[\s\S]|$/uy
    found.lastIndex = this.#at
    const [token = ''] = found.exec(this.#text) ?? []
    const what = token === '' ? 'the file ends' : `${token.slice(0, 20)} stands`
    return new JsonError(`${what} where ${expected} should be`, this.#at)
  }
}
