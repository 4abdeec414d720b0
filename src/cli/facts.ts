// Facts for eyes: each a name and what it is, the names in one column.

import { harmless, type Paint } from './colours.ts'

/** A fact whose text is `undefined` is left out. */
export type Fact = readonly [name: string, text: string | undefined]

export function factsText(facts: readonly Fact[], paint: Paint): string {
  const known = facts.flatMap(([name, text]) => (text === undefined ? [] : [{ name, text }]))
  const width = Math.max(...known.map(({ name }) => name.length))
  return known.map(({ name, text }) => `${paint('dim', name.padEnd(width))}  ${harmless(text)}`).join('\n')
}
