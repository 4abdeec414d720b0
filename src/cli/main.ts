#!/usr/bin/env node
// `npx aws-web-identity`: hands the rest of the line to the command that it names.

import { harmless } from './colours.ts'
import { type Command, Complaint } from './command.ts'
import { packageVersion } from './package-version.ts'
import { systemReason } from './system-reason.ts'

// Each is loaded when it is called for, so that one command need not wait for another's libraries.
const commands: Readonly<Record<string, { summary: string; load: () => Promise<Command> }>> = {
  emulator: {
    summary: 'a local AWS STS, IAM and OIDC issuer, for development and tests',
    load: async () => (await import('./emulator/command.ts')).emulator,
  },
}

process.stdout.on('error', outputLost)
// There is nobody left to tell.
process.stderr.on('error', () => {})

process.exitCode = await main(process.argv.slice(2))

async function main([name, ...rest]: readonly string[]): Promise<number> {
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') return print(help())
    if (name === '--version' || name === '-v') return print(packageVersion())
    if (!Object.hasOwn(commands, name)) {
      const kind = name.startsWith('-') ? 'option' : 'command'
      throw new Complaint(`There is no ${kind} ${name}: see aws-web-identity --help.`)
    }
    const command = await commands[name]?.load()
    return (await command?.(rest)) ?? 0
  } catch (error) {
    if (!(error instanceof Complaint)) throw error
    // It may quote a file or an argument.
    process.stderr.write(`${harmless(error.message)}\n`)
    return 1
  }
}

// Behind `| head` nobody reads any more, which is no failure.
function outputLost(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return
  process.stderr.write(`The output can't be written: ${systemReason(error)}.\n`)
  process.exitCode = 1
}

function print(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}

function help(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`)
  return `An AWS identity in, a short-lived signed JWT out.

Usage: aws-web-identity <command> [options]

${lines.join('\n')}

  --help      this, or the options of a command: aws-web-identity <command> --help
  --version   the version of the package`
}
