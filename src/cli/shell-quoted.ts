// Words of a line to paste into a POSIX shell.
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02

export function shellQuoted(word: string): string {
  return /^[\w+=,.@/:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** A command of this program. */
export function commandLine(...words: readonly string[]): string {
  return ['aws-web-identity', ...words].map(shellQuoted).join(' ')
}
