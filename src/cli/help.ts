// What `--help` says, made of what the commands say of themselves.

import type { Paint } from './colours.ts'
import { type Command, type Option, type Options, optionsOf } from './command.ts'
import { exitCodeMeanings } from './exit-code.ts'
import { flag } from './value-types.ts'

/** How it may look. */
export interface Look {
  readonly paint: Paint
  /** Of the terminal, in characters. */
  readonly width: number
}

/** The help of the whole program. */
export function programHelp(commands: readonly Command[], look: Look): string {
  const rows = commands.map(({ name, summary }): Row => [name, summary])
  return sections([
    'An AWS identity in, a short-lived signed JWT out.',
    usage('<command> [options]', look),
    titled('Commands', table(rows, look), look),
    titled(
      'Options',
      table(
        [
          ['--help', 'this, or all of a command: aws-web-identity <command> --help'],
          ['--version', 'the version of the package'],
        ],
        look,
      ),
      look,
    ),
    titled('Exit codes', table(Object.entries(exitCodeMeanings), look), look),
  ])
}

/** The help of one command. */
export function commandHelp(command: Command, look: Look, more: Options = {}): string {
  const { description, positionals = [], examples } = command
  const options = Object.entries(optionsOf(command, more)).map(([name, option]) => optionRow(name, option))
  return sections([
    `${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`,
    description === undefined ? '' : wrap(description, look.width).join('\n'),
    usage(usageOf(command), look),
    titled('Arguments', table(positionals.map(positionalRow), look), look),
    titled('Options', table(options, look), look),
    titled('Examples', examplesText(examples, look), look),
  ])
}

/** What follows the name of the program in the usage line. */
export function usageOf({ name, positionals = [] }: Command): string {
  const arguments_ = positionals.map(({ name: argument, isOptional }) =>
    isOptional ? `[${argument}]` : argument,
  )
  return [name, ...arguments_, '[options]'].join(' ')
}

/** How an option is written, and all that is to be said of it. */
export function optionRow(name: string, option: Option): Row {
  if (option.type === flag) return [`--${name}`, option.description]
  const { placeholder, type, repeatable, description, default: absent } = option
  return [
    `--${name} ${placeholder}`,
    [
      description,
      type.choices === undefined ? '' : ` (${type.choices.join(', ')})`,
      repeatable ? '; may be given several times' : '',
      absent === undefined ? '' : `. Default: ${absent}`,
    ].join(''),
  ]
}

type Row = readonly [name: string, words: string]

function positionalRow({ name, description, type }: NonNullable<Command['positionals']>[number]): Row {
  return [name, `${description}${type.choices === undefined ? '' : ` (${type.choices.join(', ')})`}`]
}

function sections(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n')
}

function usage(line: string, { paint }: Look): string {
  return `${paint('bold', 'Usage:')} aws-web-identity ${line}`
}

function titled(title: string, body: string, { paint }: Look): string {
  return body === '' ? '' : `${paint('bold', `${title}:`)}\n${body}`
}

const margin = '  '

function table(rows: readonly Row[], { paint, width }: Look): string {
  const first = Math.max(0, ...rows.map(([name]) => name.length)) + margin.length
  return rows
    .map(([name, words]) => {
      const [line = '', ...more] = wrap(words, width - first - margin.length)
      const indent = ' '.repeat(margin.length + first)
      return [`${margin}${paint('cyan', name)}${' '.repeat(first - name.length)}${line}`]
        .concat(more.map((rest) => `${indent}${rest}`))
        .join('\n')
    })
    .join('\n')
}

function examplesText(examples: Command['examples'], { paint, width }: Look): string {
  return examples
    .map(({ line, purpose }) =>
      [
        ...wrap(purpose, width - margin.length).map((words) => `${margin}${paint('dim', `# ${words}`)}`),
        ...line.split('\n').map((part) => `${margin}${part}`),
      ].join('\n'),
    )
    .join('\n\n')
}

// A word that is longer than the line stays whole, so that it can be copied.
function wrap(words: string, width: number): string[] {
  const lines: string[] = []
  for (const word of words.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + word.length < Math.max(width, 30))
      lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}
