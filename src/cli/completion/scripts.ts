// The scripts by which shells complete a line.
// https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html
// https://zsh.sourceforge.io/Doc/Release/Completion-System.html
// https://fishshell.com/docs/current/completions.html

import { type Command, type Option, optionsOf } from '../command.ts'
import { flag } from '../value-types.ts'

const program = 'aws-web-identity'

type Commands = readonly Command[]

/** For bash from 3.2 on, which macOS has. Where nothing is said here, bash completes names of files. */
export function bash(commands: Commands): string {
  const values = commands.flatMap((command) =>
    Object.entries(optionsOf(command)).flatMap(([name, option]) =>
      option.type === flag
        ? []
        : `    ${quote(`${command.name} --${name}`)}) candidates=${quote(choicesOf(option).join(' '))} ;;`,
    ),
  )
  const rest = commands.map(
    (command) =>
      `      ${command.name}) candidates=${quote([...argumentsOf(command), ...namesOf(command)].join(' '))} ;;`,
  )
  return `_aws_web_identity() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} candidates
  # bash takes --name=value for three words.
  if [ "$current" = = ]; then current=; elif [ "$before" = = ]; then before=\${COMP_WORDS[COMP_CWORD-2]}; fi
  if [ "$COMP_CWORD" -eq 1 ]; then before=; fi
  case "\${COMP_WORDS[1]} $before" in
${values.join('\n')}
    *)
      case "$COMP_CWORD-\${COMP_WORDS[1]}" in
        1-*) candidates=${quote([...commands.map(({ name }) => name), '--help', '--version'].join(' '))} ;;
${rest.map((line) => line.replace(/^ {6}/, '        *-')).join('\n')}
      esac ;;
  esac
  COMPREPLY=($(compgen -W "$candidates" -- "$current"))
}
complete -o default -F _aws_web_identity ${program}`
}

export function zsh(commands: Commands): string {
  const described = commands.map(({ name, summary }) => quote(`${name}:${summary}`))
  const cases = commands.map((command) => {
    const options = Object.entries(optionsOf(command)).map(([name, option]) => zshOption(name, option))
    const positionals = (command.positionals ?? []).map(
      ({ name, type }) => `:${name}:${type.choices === undefined ? '' : `(${type.choices.join(' ')})`}`,
    )
    return `    ${command.name}) _arguments ${[...options, ...positionals].map(quote).join(' ')} ;;`
  })
  return `#compdef ${program}
_aws-web-identity() {
  if (( CURRENT == 2 )); then
    local -a described=(${described.join(' ')})
    _describe command described
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _aws-web-identity ]]; then _aws-web-identity "$@"; else compdef _aws-web-identity ${program}; fi`
}

export function fish(commands: Commands): string {
  const lines = commands.flatMap((command) => {
    const here = `complete -c ${program} -n '__fish_seen_subcommand_from ${command.name}'`
    const options = Object.entries(optionsOf(command)).map(
      ([name, option]) => `${here} -l ${name} ${fishValue(option)}-d ${quote(option.description)}`,
    )
    const positionals = argumentsOf(command).map((choice) => `${here} -a ${choice}`)
    return [
      `complete -c ${program} -n __fish_use_subcommand -a ${command.name} -d ${quote(command.summary)}`,
      ...options,
      ...positionals,
    ]
  })
  return [`complete -c ${program} -f`, ...lines].join('\n')
}

function zshOption(name: string, option: Option): string {
  // What these characters mean to _arguments they shall not mean in a description.
  const description = option.description.replace(/[[\]:\\]/g, '\\$&')
  if (option.type === flag) return `--${name}[${description}]`
  const { placeholder, repeatable } = option
  const choices = choicesOf(option)
  const action =
    choices.length > 0
      ? `(${choices.join(' ')})`
      : placeholder === 'FILE'
        ? '_files'
        : placeholder === 'DIR'
          ? '_files -/'
          : ''
  return `${repeatable ? '*' : ''}--${name}=[${description}]:${placeholder}:${action}`
}

function fishValue(option: Option): string {
  if (option.type === flag) return ''
  const choices = choicesOf(option)
  if (choices.length > 0) return `-x -a ${quote(choices.join(' '))} `
  if (option.placeholder === 'FILE') return '-r -F '
  return option.placeholder === 'DIR' ? "-x -a '(__fish_complete_directories)' " : '-x '
}

function choicesOf(option: Option): readonly string[] {
  return option.type === flag ? [] : (option.type.choices ?? [])
}

function argumentsOf({ positionals = [] }: Command): readonly string[] {
  return positionals.flatMap(({ type }) => type.choices ?? [])
}

function namesOf(command: Command): readonly string[] {
  return Object.keys(optionsOf(command)).map((name) => `--${name}`)
}

// For all three: fish reads a backslash in quotes only in front of another or of a quote, and there is none here.
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
