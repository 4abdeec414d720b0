// Text of others, in pieces: what is seen as it is, and what could not be seen or would turn the text about it around.
// Unicode Technical Report 36, section 2.10. The page is made with it by the Worker, and in the browser.

/** Some of a text. */
export interface Piece {
  /** As it stands, or `U+202E`. */
  readonly text: string
  readonly isHidden: boolean
}

// Control, format and bidi characters, lone surrogates, all spaces but the plain one, what fonts draw as nothing, and all
// but the first three of marks that are piled upon one letter.
const HIDDEN = /((?! )[\p{C}\p{Z}\p{DI}\u2800]|(?<=\p{M}{3})\p{M})/u

/** In their order; empty where the text is. */
export function visiblePieces(text: string): Piece[] {
  return text
    .split(HIDDEN)
    .map((piece, index) =>
      index % 2 === 1 ? { text: codePointOf(piece), isHidden: true } : { text: piece, isHidden: false },
    )
    .filter((piece) => piece.text !== '')
}

function codePointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
