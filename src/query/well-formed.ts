// What XML 1.0 forbids and xmldom 0.9 lets pass even where it is told to stop at every warning, each found by
// trying. https://www.w3.org/TR/xml/

/** Whether a document that the parser took is well-formed in what the parser does not look at, too. */
export function isWellFormed(document: string): boolean {
  const markupAndText = document.replace(OPAQUE, '')
  return (
    isCharacters(document) &&
    endsWithTag(document) &&
    !markupAndText.includes(']]>') && // §2.4
    markupAndText.split('&').slice(1).every(beginsWithReference) &&
    hasNoStrayEndTag(markupAndText)
  )
}

// Sections in which `]]>`, `&` and `<` mean nothing; the parser has seen that each is closed.
const OPAQUE = /<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>/gs

// §2.8: behind the root there may be comments, processing instructions and white space, no CDATA section. Only four
// characters are white space (§2.3), not all that JavaScript takes for it.
function endsWithTag(document: string): boolean {
  const withoutMisc = document.replace(/<!--.*?-->|<\?.*?\?>/gs, '')
  return /[^\]]>[ \t\r\n]*$/.test(withoutMisc)
}

// §2.2, Char: no control character but tab and line breaks, no half of a surrogate pair.
function isCharacters(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text) && text.isWellFormed()
}

// §4.1 and §4.6: without a document type there are five entities, and the characters by their numbers.
function beginsWithReference(text: string): boolean {
  const reference = /^(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|amp|lt|gt|quot|apos);/.exec(text)
  if (reference === null) return false
  const [, decimal, hexadecimal] = reference
  if (decimal !== undefined) return isCharacter(Number(decimal))
  return hexadecimal === undefined || isCharacter(Number.parseInt(hexadecimal, 16))
}

function isCharacter(codePoint: number): boolean {
  return codePoint <= 0x10ffff && isCharacters(String.fromCodePoint(codePoint))
}

// §2.1: an end tag more than there are start tags, behind the root. In what is left of the document, `<` only
// begins a tag, and `>` ends it unless it stands in quotes.
function hasNoStrayEndTag(markupAndText: string): boolean {
  let depth = 0
  for (const [tag] of markupAndText.matchAll(/<(?:[^"'>]|"[^"]*"|'[^']*')*>/g)) {
    if (tag.startsWith('</')) depth -= 1
    else if (!tag.endsWith('/>')) depth += 1
  }
  return depth === 0
}
