// The verdict: a word, whose colour says the same again, and the reasons.

import { elementOf } from './element.ts'
import { visibleText } from './visible-text.ts'

/** Writes it, and a screen reader speaks it. */
export function tell(
  tone: 'good' | 'bad' | 'odd' | 'plain',
  word: string,
  reasons: readonly string[] = [],
): void {
  const verdict = elementOf('verdict', HTMLElement)
  verdict.dataset['tone'] = tone
  const strong = document.createElement('strong')
  strong.textContent = word
  const lines = reasons.map((reason) => {
    const line = document.createElement('span')
    line.append(visibleText(reason))
    return line
  })
  verdict.replaceChildren(strong, ...lines)
}
