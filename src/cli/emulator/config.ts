// Reads a configuration file of the emulator; whatever is wrong with it is said with its line and column, as compilers
// do, so that editors and terminals lead there.

import { readFile } from 'node:fs/promises'
import { check } from '../../check.ts'
import type { EmulatorOptions } from '../../emulator/options.ts'
import { InputError } from '../../errors.ts'
import { Complaint } from '../complaint.ts'
import { JsonError, type LocatedJson, parseJson, positionOf } from '../json.ts'
import { systemReason } from '../system-reason.ts'
import { configSchema } from './config-schema.ts'

/** @throws {Complaint} where the file can't be read, or breaks a rule */
export async function readConfig(file: string): Promise<EmulatorOptions> {
  const text = await read(file)
  const complaint = (offset: number, sentence: string) => {
    const { line, column } = positionOf(text, offset)
    return new Complaint(`${file}:${line}:${column}: ${sentence}`)
  }
  const json = parse(text, complaint)
  if (Array.isArray(json.value)) throw complaint(0, 'the configuration must be an object.')
  try {
    const config = withDates(json.value)
    check(configSchema, config, 'the configuration')
    // What was checked, and not what the check gives back, which leaves out members named as `Object.prototype` names its
    // own: a tag or a policy may be called `constructor`.
    const { $schema: _, ...options } = config as EmulatorOptions & { readonly $schema?: string }
    return options
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    throw complaint(json.offsetOf(error.path), `${error.message}.`)
  }
}

async function read(file: string): Promise<string> {
  try {
    // RFC 8259, section 8.1. A secret of another encoding would become another secret without a word.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file))
  } catch (error) {
    if (error instanceof TypeError) throw new Complaint(`The configuration ${file} is not UTF-8.`)
    throw new Complaint(`The configuration ${file} can't be read: ${systemReason(error)}.`)
  }
}

function parse(text: string, complaint: (offset: number, sentence: string) => Complaint): LocatedJson {
  try {
    return parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw complaint(error.offset, `${error.message}.`)
  }
}

// JSON has no dates. What is none stays as it is, and is refused by the check or here.
function withDates(config: unknown): unknown {
  if (!isObject(config) || !Array.isArray(config['principals'])) return config
  const principals = config['principals'].map((principal, index) => {
    if (!isObject(principal) || principal['sessionExpiration'] === undefined) return principal
    const sessionExpiration = toDate(principal['sessionExpiration'])
    if (sessionExpiration !== undefined) return { ...principal, sessionExpiration }
    throw new InputError(
      `principals[${index}].sessionExpiration`,
      'must be a time with its zone, such as "2030-01-01T00:00:00Z"',
    )
  })
  return { ...config, principals }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// RFC 3339, whose every time has a zone: `Date` alone would take the machine's where there is none.
function toDate(value: unknown): Date | undefined {
  if (
    typeof value !== 'string' ||
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(value)
  ) {
    return undefined
  }
  // `Date` takes February 30 for March 2.
  const day = new Date(`${value.slice(0, 10)}T00:00:00Z`)
  if (Number.isNaN(day.getTime()) || !value.startsWith(day.toISOString().slice(0, 10))) return undefined
  const date = new Date(value)
  return Number.isNaN(date.getTime()) ? undefined : date
}
