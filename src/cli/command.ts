// What a command of the line is: a value that describes itself. Its help, its completion, its page and the reading of the
// line are all made from it.

import { flag, type ValueType } from './value-types.ts'

/** An option that takes a value, `--port PORT`. */
export interface ValuedOption {
  readonly type: ValueType<unknown>
  /** Stands for the value, `PORT`. `FILE` and `DIR` are completed from the disk. */
  readonly placeholder: string
  /** Begins small and ends without a full stop; the default and the choices are told behind it. */
  readonly description: string
  /** As it would stand on the line. */
  readonly default?: string
  /** Whether it may be given several times, so that its value is a list. */
  readonly repeatable?: true
}

/** An option that is there or not, `--quiet`. */
export interface Flag {
  readonly type: typeof flag
  readonly description: string
}

export type Option = ValuedOption | Flag

/** Options by their names without the hyphens, such as `endpoint-url`. */
export type Options = Readonly<Record<string, Option>>

/** What may follow the name of the command without being an option. */
export interface Positional {
  /** Stands for it in the help, such as `TOKEN`. */
  readonly name: string
  readonly description: string
  readonly type: ValueType<unknown>
  /** Whether the command can do without. */
  readonly isOptional?: true
}

export interface Example {
  /** What follows `$ `; it begins with `aws-web-identity`, or uses it in a pipe. */
  readonly line: string
  /** What it is for: begins small and ends without a full stop. */
  readonly purpose: string
}

/** What was on the line, read and checked. */
export interface CommandLine<Given extends Options = Options> {
  readonly options: OptionValues<Given & typeof commonOptions>
  /** As many as the command has, in their order; `undefined` for an optional one that is not there. */
  readonly positionals: readonly (string | undefined)[]
  /** The values of those options that {@link Command.moreOptions} gave for this line. */
  readonly more: Readonly<Record<string, unknown>>
}

export interface Command<Given extends Options = Options> {
  readonly name: string
  /** One line: begins small and ends without a full stop. */
  readonly summary: string
  /** What else is to be known before it is used: whole sentences. */
  readonly description?: string
  readonly positionals?: readonly Positional[]
  /** Its own; those of every command come by themselves, unless it describes one of them anew. */
  readonly options: Given
  /**
   * Options that depend on what else is on the line, or are long to load: `--preset entra` brings those of Entra. They go
   * before the command's own of the same name. Without a line, all that there may be, for a shell to complete.
   */
  moreOptions?(args?: readonly string[]): Promise<Options>
  readonly examples: readonly Example[]
  /** Resolves to the exit code when it is done. What it needs besides is loaded by it, so that no other command waits. */
  run(line: CommandLine<Given>): Promise<number>
  /** For a program that wants to be told of a failure in a shape of its own, besides the sentence on stderr. */
  tellFailure?(failure: { readonly code: string; readonly message: string }, args: readonly string[]): void
}

export type OptionValues<Given extends Options> = {
  readonly [Name in keyof Given]: OptionValue<Given[Name]>
}

type OptionValue<Given extends Option> = Given extends ValuedOption
  ? Given extends { readonly repeatable: true }
    ? readonly Value<Given>[]
    : Given extends { readonly default: string }
      ? Value<Given>
      : Value<Given> | undefined
  : boolean

type Value<Given extends ValuedOption> = Given['type'] extends ValueType<infer Read> ? Read : never

/** The same value, with the types of its options remembered for `run`. */
export function defineCommand<const Given extends Options>(command: Command<Given>): Command<Given> {
  return command
}

/** The options of every command. */
export const commonOptions = {
  json: { type: flag, description: 'JSON for a program, also for errors (on stderr)' },
  help: { type: flag, description: 'this; also -h' },
} as const satisfies Options

/** Every option that the command takes, in the order of its help. */
export function optionsOf({ options }: Pick<Command, 'options'>, more: Options = {}): Options {
  const { json, help } = commonOptions
  const { json: own = json, ...others } = options
  // What belongs together stands together: behind the option that brings it.
  const entries = Object.entries(others).flatMap((entry) =>
    Object.hasOwn(more, entry[0]) ? Object.entries(more) : [entry],
  )
  return { ...Object.fromEntries(entries), ...more, json: own, help }
}
