// The page's elements by their ids.

/** @throws {Error} where the page has none, or one of another kind: then page and script are not of one version. */
export function elementOf<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id)
  if (element instanceof kind) return element
  throw new Error(`There is no ${kind.name} #${id}.`)
}
