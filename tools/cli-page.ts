// Writes the reference of docs/cli.md between its two markers, from what the commands say of themselves; with --check it
// only tells, by its exit code, whether the page is what it would write.

import { readFileSync, writeFileSync } from 'node:fs'
import { type Command, optionsOf } from '../src/cli/command.ts'
import { commands } from '../src/cli/commands.ts'
import { exitCodeMeanings } from '../src/cli/exit-code.ts'
import { optionRow, usageOf } from '../src/cli/help.ts'
import { makers, optionsOfPreset } from '../src/cli/preset/options.ts'

const page = 'docs/cli.md'
const BEGIN = '<!-- reference: written by tools/cli-page.ts -->'
const END = '<!-- /reference -->'

const before = readFileSync(page, 'utf8')
const [start, rest, ...more] = before.split(BEGIN)
const [, tail, ...others] = rest?.split(END) ?? []
if (start === undefined || tail === undefined || more.length + others.length > 0) {
  throw new Error(`${page} must have ${BEGIN} and ${END}, once each and in this order.`)
}
const after = `${start}${BEGIN}\n\n${await reference()}\n\n${END}${tail}`

if (!process.argv.includes('--check')) {
  writeFileSync(page, after)
} else if (after !== before) {
  process.stderr.write(`The reference in ${page} is stale: run \`node tools/cli-page.ts\`.\n`)
  process.exitCode = 1
}

async function reference(): Promise<string> {
  const sections = await Promise.all(commands.map(commandSection))
  return [...sections, presetSection(), exitCodeSection()].join('\n\n')
}

async function commandSection(command: Command): Promise<string> {
  const { name, summary, description, positionals = [], examples } = command
  // As on a line that asks for help, where a preset is told with its names.
  const options = Object.entries(optionsOf(command, await command.moreOptions?.(['--help'])))
  return [
    `## ${name}`,
    `${sentence(summary)}${description === undefined ? '' : ` ${description}`}`,
    `\`\`\`\naws-web-identity ${usageOf(command)}\n\`\`\``,
    table(
      'argument',
      positionals.map((positional) => [positional.name, positional.description]),
    ),
    table(
      'option',
      options.map(([option, described]) => optionRow(option, described)),
    ),
    `\`\`\`sh\n${examples.map(({ line, purpose }) => `# ${purpose}\n${line}`).join('\n\n')}\n\`\`\``,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function presetSection(): string {
  const tables = Array.from(makers, ([name, maker]) => {
    const rows = Object.entries(optionsOfPreset(maker)).map(([option, described]) =>
      optionRow(option, described),
    )
    return table(`--preset ${name}`, rows)
  })
  return ['## Options of the presets', ...tables].join('\n\n')
}

function exitCodeSection(): string {
  return `## Exit codes\n\n${table('code', Object.entries(exitCodeMeanings))}`
}

function table(head: string, rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return ''
  const lines = rows.map(([name, words]) => `| \`${name}\` | ${cell(words)} |`)
  return [`| ${head.startsWith('--') ? `\`${head}\`` : head} | |`, '| --- | --- |', ...lines].join('\n')
}

// What stands in angle brackets is no HTML, and a bar ends no cell.
function cell(words: string): string {
  return words.replaceAll('|', '\\|').replace(/\S*<\S+>\S*/g, '`$&`')
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}
