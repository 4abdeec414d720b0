// The preset that a line names, made of what the line says.

import { InputError } from '../../errors.ts'
import type { Preset } from '../../exchange/preset.ts'
import { UsageError } from '../complaint.ts'
import type { RequestLine } from '../token/request.ts'
import { kebabCase } from './kebab-case.ts'

/** What was on the line. */
export interface PresetLine extends RequestLine {
  readonly preset: string | undefined
}

/**
 * `undefined` where the line names none.
 *
 * @param more the options that the preset brought
 * @throws {UsageError} where one is missing or breaks a rule
 */
export async function presetOf(
  line: PresetLine,
  more: Readonly<Record<string, unknown>>,
): Promise<Preset | undefined> {
  if (line.preset === undefined) return undefined
  const { makers, tokenOptions } = await import('./options.ts')
  const maker = makers.get(line.preset)
  // The line was read by the options of that very preset.
  if (maker === undefined) throw new UsageError(`There is no preset ${line.preset}`)
  const { audience, algorithm, duration, tag } = line
  if (audience.length > 1) throw new UsageError('With --preset there is one --audience at the most')
  const own = Object.keys(maker.entries).map((name) => [name, more[kebabCase(name)]])
  const given = {
    ...Object.fromEntries(own),
    audience: audience[0],
    signingAlgorithm: algorithm,
    durationSeconds: duration,
    tags: tag.length === 0 ? undefined : tag,
  }
  try {
    return maker.make(withoutAbsent(given))
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    throw new UsageError(`--${tokenOptions[error.path] ?? kebabCase(error.path)} ${error.rule}`)
  }
}

function withoutAbsent(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
