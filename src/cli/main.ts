#!/usr/bin/env node
// `npx aws-web-identity`: hands the rest of the line to the command that it names, and says what went wrong.

import { paintFor } from './colours.ts'
import type { Command } from './command.ts'
import { commands } from './commands.ts'
import { UsageError } from './complaint.ts'
import { exitCodes } from './exit-code.ts'
import { failureObject, failureOf } from './failure.ts'
import { commandHelp, type Look, programHelp } from './help.ts'
import { nearest } from './near.ts'
import { print, tell, tellJson } from './output.ts'
import { packageVersion } from './package-version.ts'
import { asksForHelp, asksForJson, readLine } from './read-line.ts'
import { systemReason } from './system-reason.ts'

process.stdout.on('error', outputLost)
// There is nobody left to tell.
process.stderr.on('error', () => {})

process.exitCode = await main(process.argv.slice(2))

async function main([name, ...args]: readonly string[]): Promise<number> {
  const command = commands.find((one) => one.name === name)
  try {
    if (command !== undefined) return await run(command, args)
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      return say(programHelp(commands, look()))
    }
    if (name === '--version' || name === '-v') return say(packageVersion())
    throw unknown(name)
  } catch (error) {
    const failure = failureOf(error, command?.name)
    if (failure === undefined) throw error
    if (asksForJson(process.argv.slice(2))) tellJson(failureObject(failure))
    else tell(failure.message)
    command?.tellFailure?.(failure, args)
    return failure.exitCode
  }
}

async function run(command: Command, args: readonly string[]): Promise<number> {
  const more = await command.moreOptions?.(args)
  if (asksForHelp(args)) return say(commandHelp(command, look(), more))
  return command.run(readLine(command, args, more))
}

function unknown(name: string): UsageError {
  const kind = name.startsWith('-') ? 'option' : 'command'
  const meant = nearest(
    name,
    commands.map((command) => command.name),
  )
  return new UsageError(`There is no ${kind} ${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`)
}

// Behind `| head` nobody reads any more, which is no failure.
function outputLost(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return
  tell(`The output can't be written: ${systemReason(error)}.`)
  process.exitCode = exitCodes.refused
}

function say(text: string): number {
  print(text)
  return exitCodes.done
}

// Where there is no terminal, lines of a length that a page or a letter can hold.
function look(): Look {
  return { paint: paintFor(process.stdout, process.env), width: process.stdout.columns ?? 100 }
}
