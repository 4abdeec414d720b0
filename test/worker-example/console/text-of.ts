// Markup of the console, for its tests.

/** As it is read. */
export function textOf({ text }: { readonly text: string }): string {
  const characters = text
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(code))
  return characters.replaceAll(/\s+/g, ' ').trim()
}
