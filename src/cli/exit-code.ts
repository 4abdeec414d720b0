// How a command ends, for scripts: documented in docs/cli.md, and the same for all commands.

export const exitCodes = { done: 0, refused: 1, usage: 2, credentials: 3, network: 4 } as const

/** What each says, for the help and the page. */
export const exitCodeMeanings: Readonly<Record<number, string>> = {
  [exitCodes.done]: 'done',
  [exitCodes.refused]:
    'refused: AWS or another party said no, a token does not verify, or anything else failed',
  [exitCodes.usage]: 'usage: a command, an option or a value that is not known or breaks a rule',
  [exitCodes.credentials]: 'credentials: there are none, or AWS does not take them',
  [exitCodes.network]: 'network: no answer came in time, or none of AWS’s',
}
