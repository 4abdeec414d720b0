// The TypeScript that the project shows: blocks of Markdown, and the examples of docstrings.

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface CodeBlock {
  /** Where it stands: `README.md:29`. */
  readonly place: string
  /** What follows `ts` on its fence: how it is run. */
  readonly kind: string
  readonly code: string
}

const root = join(import.meta.dirname, '../..')

// It imports SDKs, and is compiled and run where these are: in test/peers/sdks.
const PLUGS = 'docs/plugs.md'

export function markdownBlocks(): CodeBlock[] {
  const files = globSync(['README.md', 'docs/**/*.md'], { cwd: root })
  const plugs = plugBlocks().map(({ code }) => code)
  const blocks = files.filter((file) => file !== PLUGS).flatMap(blocksOfPage)
  return blocks.filter(({ code }) => !plugs.includes(code))
}

export const plugBlocks = (): CodeBlock[] => blocksOfPage(PLUGS)

export function docstringBlocks(): CodeBlock[] {
  return globSync('src/**/*.ts', { cwd: root }).flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8')
    return blocksOf(file, source.replaceAll(/^ *\* ?/gm, ''))
  })
}

const blocksOfPage = (file: string): CodeBlock[] => blocksOf(file, readFileSync(join(root, file), 'utf8'))

function blocksOf(file: string, text: string): CodeBlock[] {
  return [...text.matchAll(/^( *)```ts ?(\w*)\n(.*?)^ *```$/gms)].map((match) => {
    const [, indent = '', kind = '', code = ''] = match
    const line = text.slice(0, match.index).split('\n').length
    return { place: `${file}:${line}`, kind, code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), '') }
  })
}
