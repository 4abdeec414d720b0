// Reads as much of HCL as a data source needs, by the grammar and not by what our renderer writes: blocks, attributes, lists,
// and quoted texts with their escapes. https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md

export interface HclBlock {
  readonly type: string
  readonly labels: readonly string[]
  readonly body: HclBody
}

export interface HclBody {
  readonly attributes: Record<string, string | string[]>
  readonly blocks: HclBlock[]
}

/** The one block of a file. */
export function readHcl(text: string): HclBlock {
  const tokens = tokenize(text)
  const block = readBlock(tokens, next(tokens))
  if (tokens.length > 0) throw new Error(`${tokens[0]} stands behind the block`)
  return block
}

function readBlock(tokens: string[], type: string): HclBlock {
  const labels: string[] = []
  for (let token = next(tokens); token !== '{'; token = next(tokens)) labels.push(unquoted(token))
  const body: HclBody = { attributes: {}, blocks: [] }
  for (let name = next(tokens); name !== '}'; name = next(tokens)) {
    if (tokens[0] !== '=') {
      body.blocks.push(readBlock(tokens, name))
      continue
    }
    next(tokens)
    body.attributes[name] = readValue(tokens)
  }
  return { type, labels, body }
}

function readValue(tokens: string[]): string | string[] {
  const first = next(tokens)
  if (first !== '[') return unquoted(first)
  const values: string[] = []
  for (let token = next(tokens); token !== ']'; token = next(tokens)) {
    values.push(unquoted(token))
    if (tokens[0] === ',') next(tokens)
  }
  return values
}

function next(tokens: string[]): string {
  const token = tokens.shift()
  if (token === undefined) throw new Error('The text ends too early')
  return token
}

function tokenize(text: string): string[] {
  const token = /\s*(?:([A-Za-z_][\w-]*|[{}[\]=,]|"(?:[^"\\\n]|\\.)*")|$)/y
  const tokens: string[] = []
  while (token.lastIndex < text.length) {
    const at = token.lastIndex
    const [, found] = token.exec(text) ?? []
    if (found === undefined) throw new Error(`No token at ${at}: ${text.slice(at, at + 40)}`)
    tokens.push(found)
  }
  return tokens
}

// The escapes of HCL, and none of JSON's others; a template is no text.
function unquoted(token: string): string {
  const inner = /^"(.*)"$/s.exec(token)?.[1]
  if (inner === undefined) throw new Error(`${token} is no quoted text`)
  if (/[$%]\{/.test(inner)) throw new Error(`${token} holds a template`)
  return inner.replace(/\\(u[\da-f]{4}|U[\da-f]{8}|.)/gs, (whole, name: string) => {
    if (/^[uU]./.test(name)) return String.fromCodePoint(Number.parseInt(name.slice(1), 16))
    const character = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' }[name]
    if (character === undefined) throw new Error(`HCL has no escape ${whole}`)
    return character
  })
}
