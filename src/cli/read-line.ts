// Reads what follows the name of a command, against the command's own description.

import { parseArgs } from 'node:util'
import { type Command, type CommandLine, type Options, optionsOf, type ValuedOption } from './command.ts'
import { UsageError } from './complaint.ts'
import { nearest } from './near.ts'
import { flag } from './value-types.ts'

/** Whether the line asks how the command is used, whatever else is wrong with it. */
export function asksForHelp(args: readonly string[]): boolean {
  return beforeTerminator(args).some((arg) => arg === '--help' || arg === '-h')
}

/** Whether the line asks for JSON, whatever else is wrong with it. */
export function asksForJson(args: readonly string[]): boolean {
  return beforeTerminator(args).includes('--json')
}

/** The value of an option that decides how the rest of the line is read. */
export function valueOn(args: readonly string[], name: string): string | undefined {
  const given = beforeTerminator(args)
  const at = given.findLastIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`))
  return given[at]?.includes('=') ? given[at].slice(`--${name}=`.length) : at < 0 ? undefined : given[at + 1]
}

/** @throws {UsageError} for what is unknown, is missing, or breaks a rule */
export function readLine<const Given extends Options>(
  command: Command<Given>,
  args: readonly string[],
  more: Options = {},
): CommandLine<Given> {
  const options = optionsOf(command, more)
  const given = new Map<string, unknown[]>()
  const positionals: string[] = []
  for (const token of tokensOf(args, options)) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName, value, inlineValue } = token
    const option = Object.hasOwn(options, name) ? options[name] : undefined
    if (option === undefined || !rawName.startsWith('--')) throw unknownOption(rawName, options)
    if (option.type === flag) {
      if (value !== undefined) throw new UsageError(`${rawName} takes no value`)
      given.set(name, [true])
      continue
    }
    if (value === undefined) throw new UsageError(`${rawName} needs a value, ${option.placeholder}`)
    if (/^-./.test(value) && !inlineValue) {
      throw new UsageError(
        `${rawName} needs a value; one that begins with a hyphen is written ${rawName}=${value}`,
      )
    }
    const values = option.repeatable ? (given.get(name) ?? []) : []
    given.set(name, [...values, readValue(rawName, option, value)])
  }
  const values = Object.entries(options).map(([name, option]) => {
    const [first, ...others] = given.get(name) ?? []
    if (option.type === flag) return [name, first === true]
    if (option.repeatable) return [name, first === undefined ? [] : [first, ...others]]
    const absent = option.default === undefined ? undefined : readValue(`--${name}`, option, option.default)
    return [name, first ?? absent]
  })
  return {
    more: Object.fromEntries(values.filter(([name]) => Object.hasOwn(more, String(name)))),
    // Each was read by the type that its option names, which is what the type of the line says.
    options: Object.fromEntries(values) as CommandLine<Given>['options'],
    positionals: readPositionals(command, positionals),
  }
}

function beforeTerminator(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--')
  return end < 0 ? args : args.slice(0, end)
}

// Node splits the line; what is wrong with it is said here, in words that fit this program.
function tokensOf(args: readonly string[], options: Options) {
  const types = Object.entries(options).map(([name, { type }]) => [
    name,
    { type: type === flag ? ('boolean' as const) : ('string' as const) },
  ])
  return parseArgs({
    args: [...args],
    options: Object.fromEntries(types),
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens
}

function unknownOption(rawName: string, options: Options): UsageError {
  const meant = nearest(rawName.replace(/^-+/, ''), Object.keys(options))
  return new UsageError(
    `There is no option ${rawName}${meant === undefined ? '' : `; did you mean --${meant}?`}`,
  )
}

function readValue(name: string, { type }: Pick<ValuedOption, 'type'>, given: string): unknown {
  const value = type.read(given)
  if (value === undefined)
    throw new UsageError(`${name} ${type.rule}${given === '' ? '' : `, and not ${given}`}`)
  return value
}

// What a token or another secret could be is not repeated.
function readPositionals({ positionals = [] }: Pick<Command, 'positionals'>, given: readonly string[]) {
  if (given.length > positionals.length) {
    const most =
      positionals.length === 0 ? 'none' : `only ${positionals.map(({ name }) => name).join(' and ')}`
    throw new UsageError(`There is an argument too many, for it takes ${most}`)
  }
  return positionals.map(({ name, type, isOptional }, index) => {
    const text = given[index]
    if (text === undefined && !isOptional) throw new UsageError(`${name} is missing`)
    if (text !== undefined && type.read(text) === undefined) throw new UsageError(`${name} ${type.rule}`)
    return text
  })
}
