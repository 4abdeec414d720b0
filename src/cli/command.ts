// What a command of the line is, and how it says that it can't do what it was asked for.

import { type ParseArgsConfig, parseArgs } from 'node:util'

/** Takes what follows its name on the line; resolves to the exit code when it is done. */
export type Command = (args: readonly string[]) => Promise<number>

/** One sentence for the person at the terminal, and exit code 1; any other error is a defect and shows its stack. */
export class Complaint extends Error {
  override get name(): string {
    return 'Complaint'
  }
}

/** The options on the line by their names. @throws {Complaint} for one that is unknown or lacks its value */
export function readOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  command: string,
  args: readonly string[],
  options: Options,
): ReturnType<typeof parseArgs<{ options: Options; strict: true; allowPositionals: false }>>['values'] {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    // Node's first sentence says what is wrong; those behind it are about other programs than this.
    const [sentence = ''] = error.message.split(/\.?(?:\s|$)(?=[A-Z]|$)/)
    throw new Complaint(`${sentence}: see aws-web-identity ${command} --help.`)
  }
}
