// The options by which a preset is told what it must know of a relying party, made of the preset's own rules.

import * as v from 'valibot'
import { type PresetMaker, presetMakers } from '../../exchange/preset-schemas.ts'
import type { Options, ValuedOption } from '../command.ts'
import { oneOf, type ValueType } from '../value-types.ts'
import { kebabCase } from './kebab-case.ts'

/** The makers by the names that stand on the line: `google-cloud`. */
export const makers: ReadonlyMap<string, PresetMaker> = new Map(
  Object.entries(presetMakers).map(([name, maker]) => [kebabCase(name), maker]),
)

/** `--preset` with the names that there are. */
export const presetOption = {
  type: oneOf(...makers.keys()),
  placeholder: 'NAME',
  description:
    'what is known of a relying party: its audience and algorithm, and how it trades tokens. It brings options of its own: --preset NAME --help tells them',
} as const satisfies ValuedOption

/** Options of the token itself, which the line has by names of its own. */
export const tokenOptions: Readonly<Record<string, string>> = {
  audience: 'audience',
  signingAlgorithm: 'algorithm',
  durationSeconds: 'duration',
  tags: 'tag',
}

/** The options of one preset. */
export function optionsOfPreset({ entries }: PresetMaker): Options {
  const own = Object.entries(entries).filter(([name]) => !(name in tokenOptions))
  return Object.fromEntries(own.map(([name, schema]) => [kebabCase(name), optionOf(name, schema)]))
}

/** The options of all. Where two have one of the same name, a shell completes both alike. */
export function optionsOfAll(): Options {
  return Object.assign({}, ...Array.from(makers.values(), optionsOfPreset))
}

function optionOf(name: string, schema: v.GenericSchema): ValuedOption {
  const rule = ruleOf(schema)
  const isNeeded = schema.type !== 'optional'
  const absent: unknown = 'default' in schema ? schema.default : undefined
  return {
    type: typeOf(schema, rule),
    placeholder: kebabCase(name).replace(/^.*-/, '').toUpperCase(),
    description: `${isNeeded ? 'needed: ' : ''}${rule.replace(/^must be /, '')}${absent === undefined ? '' : `; ${absent} when absent`}`,
  }
}

// Whether it keeps the rule is for the preset to see, which may have more than one to break.
function typeOf(schema: v.GenericSchema, rule: string): ValueType<unknown> {
  const isNumber = isOfNumbers(schema)
  return { rule, read: (given) => (given === '' ? undefined : isNumber ? Number(given) : given) }
}

// The text of the rule is the message that the schema carries: what it says to a value that breaks it.
function ruleOf(schema: v.GenericSchema): string {
  const { issues } = v.safeParse(schema, isOfNumbers(schema) ? 0 : '')
  return issues?.[0].message ?? 'must be a text'
}

function isOfNumbers(schema: v.GenericSchema): boolean {
  return v.safeParse(schema, 'text').issues?.[0].expected === 'number'
}
