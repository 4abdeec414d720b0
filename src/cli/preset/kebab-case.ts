// From a name in JavaScript to one on the line.

/** `clientId` is `client-id`. */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
