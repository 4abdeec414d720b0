// Makes an element like a fresh one and leaves in place what is the same in both, so that the focus, what is selected, what is
// opened and where the reader is stay as they are.

/** @param fresh is used up */
export function morph(element: Element, fresh: Element): void {
  if (element.isEqualNode(fresh)) return
  takeAttributes(element, fresh)
  // Each is used once: what callers wrote may give several the same key.
  const byKey = Map.groupBy(element.children, keyOf)
  let place = element.firstChild
  for (const wanted of [...fresh.childNodes]) {
    const key = keyOf(wanted)
    const known = key === undefined ? place : byKey.get(key)?.shift()
    if (!known || !isLike(known, wanted)) {
      element.insertBefore(wanted, place)
      continue
    }
    if (known === place) place = place.nextSibling
    else element.insertBefore(known, place)
    if (known instanceof Element && wanted instanceof Element) morph(known, wanted)
    else if (known.nodeValue !== wanted.nodeValue) known.nodeValue = wanted.nodeValue
  }
  while (place) {
    const next = place.nextSibling
    place.remove()
    place = next
  }
}

function keyOf(node: Node): string | undefined {
  return node instanceof HTMLElement ? node.dataset['key'] : undefined
}

function isLike(node: Node, other: Node): boolean {
  return node.nodeName === other.nodeName && keyOf(node) === keyOf(other)
}

// Whether it is open is the reader's.
function takeAttributes(element: Element, fresh: Element): void {
  for (const name of element.getAttributeNames()) {
    if (name !== 'open' && !fresh.hasAttribute(name)) element.removeAttribute(name)
  }
  for (const { name, value } of fresh.attributes) {
    if (name !== 'open' && element.getAttribute(name) !== value) element.setAttribute(name, value)
  }
}
