// Where in a page of docs/ that is written by hand something measured stands: between `<!-- bench NAME -->` and `<!-- end -->`.

/** The page with this text in the place of that name. @throws where it has none */
export function fill(page: string, name: string, text: string): string {
  const place = new RegExp(`(<!-- bench ${name} -->\\n).*?(<!-- end -->)`, 's')
  if (!place.test(page)) throw new Error(`The page has no place for ${name}`)
  return page.replace(place, (_, start: string, end: string) => `${start}\n${text}\n\n${end}`)
}
