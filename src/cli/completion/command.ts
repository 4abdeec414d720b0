// `aws-web-identity completion`: what a shell must be told to complete a line, made of what the commands say of themselves.

import { type Command, defineCommand, optionsOf } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { print, printJson } from '../output.ts'
import { oneOf } from '../value-types.ts'

const shell = oneOf('bash', 'zsh', 'fish')

/** @param commands of the program, this one among them */
export function completionOf(commands: () => readonly Command[]) {
  return defineCommand({
    name: 'completion',
    summary: 'a script that makes the shell complete commands, options and their values',
    positionals: [{ name: 'SHELL', description: 'which shell it is for', type: shell }],
    options: {},
    examples: [
      { line: 'source <(aws-web-identity completion bash)', purpose: 'in ~/.bashrc' },
      { line: 'source <(aws-web-identity completion zsh)', purpose: 'in ~/.zshrc, behind compinit' },
      { line: 'aws-web-identity completion fish | source', purpose: 'in ~/.config/fish/config.fish' },
    ],
    async run({ options, positionals }) {
      const { bash, fish, zsh } = await import('./scripts.ts')
      const name = shell.read(positionals[0] ?? '') ?? 'bash'
      const script = { bash, zsh, fish }[name](await Promise.all(commands().map(whole)))
      if (options.json) printJson({ shell: name, script })
      else print(script)
      return exitCodes.done
    },
  })
}

async function whole(command: Command): Promise<Command> {
  return { ...command, options: optionsOf(command, await command.moreOptions?.()) }
}
