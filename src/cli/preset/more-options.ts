// Which options a preset adds to a line. They are loaded where they are asked for, since they bring the rules of all
// parties with them.

import type { Options, ValuedOption } from '../command.ts'
import { UsageError } from '../complaint.ts'
import { nearest } from '../near.ts'
import { asksForHelp, valueOn } from '../read-line.ts'
import { text } from '../value-types.ts'

/** Stands for the real one on lines that don't name it. */
export const presetPlaceholder: ValuedOption & { readonly type: typeof text } = {
  type: text,
  placeholder: 'NAME',
  description: 'what is known of a relying party',
}

/** @throws {UsageError} for a preset that is not known */
export async function presetOptions(args?: readonly string[]): Promise<Options> {
  const name = args === undefined ? undefined : valueOn(args, 'preset')
  if (args !== undefined && name === undefined && !asksForHelp(args)) return {}
  const { makers, optionsOfAll, optionsOfPreset, presetOption } = await import('./options.ts')
  if (args === undefined) return { preset: presetOption, ...optionsOfAll() }
  const maker = makers.get(name ?? '')
  if (maker !== undefined) return { preset: presetOption, ...optionsOfPreset(maker) }
  if (name === undefined || asksForHelp(args)) return { preset: presetOption }
  const meant = nearest(name, [...makers.keys()])
  throw new UsageError(
    `There is no preset ${name}${meant === undefined ? ` among ${[...makers.keys()].join(', ')}` : `; did you mean ${meant}?`}`,
  )
}
