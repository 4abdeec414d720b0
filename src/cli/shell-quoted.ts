// Words of a line to paste into a POSIX shell.
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02

export function shellQuoted(word: string): string {
  return /^[\w+=,.@/:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** An option with its value: one word where the value begins with a hyphen, which would be read as another option. */
export function optionWords(name: string, value: string): readonly string[] {
  return value.startsWith('-') ? [`--${name}=${value}`] : [`--${name}`, value]
}

/** A command of this program. */
export function commandLine(...words: readonly string[]): string {
  return ['aws-web-identity', ...words].map(shellQuoted).join(' ')
}
