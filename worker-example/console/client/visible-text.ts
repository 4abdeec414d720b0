// Text of others as an element: as the Worker writes it by `foreign`.

import { visiblePieces } from '../visible.ts'

/** Whole, whatever its length. */
export function visibleText(text: string): HTMLElement {
  const element = document.createElement('bdi')
  for (const piece of visiblePieces(text)) {
    if (!piece.isHidden) {
      element.append(piece.text)
      continue
    }
    const unseen = document.createElement('span')
    unseen.className = 'unseen'
    unseen.textContent = piece.text
    element.append(unseen)
  }
  return element
}
