// The check of policies among the emulator's options: what IAM would refuse is refused here, at the very element.

import * as v from 'valibot'
import { type PolicyDocument, PolicyError, type PolicyKind, parsePolicy } from '../policy/document.ts'

/** A policy's JSON, of that kind. */
export function policySchema(kind: PolicyKind) {
  return v.pipe(
    v.custom<PolicyDocument>(
      (value) => typeof value === 'object' && value !== null,
      'must be a policy document',
    ),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return
      const error = errorOf(kind, dataset.value)
      if (error === undefined) return
      const [first, ...rest] = pathItems(dataset.value, error.path)
      addIssue({ message: error.rule, ...(first !== undefined && { path: [first, ...rest] }) })
    }),
  )
}

/** Policies by their names. */
export function policiesSchema(kind: PolicyKind) {
  return v.record(
    v.pipe(v.string(), v.nonEmpty('must be named')),
    policySchema(kind),
    'must be policies by name',
  )
}

function errorOf(kind: PolicyKind, document: unknown): PolicyError | undefined {
  try {
    parsePolicy('', kind, document)
    return undefined
  } catch (error) {
    if (error instanceof PolicyError) return error
    throw error
  }
}

// Goes along the error's path as far as the document has it, so that the option's path goes on into the policy. Keys of
// conditions may hold dots and brackets, so that only the document tells where a key ends.
function pathItems(document: object, path: string): v.IssuePathItem[] {
  const items: v.IssuePathItem[] = []
  let input: unknown = document
  let rest = path
  while (rest !== '') {
    const step = Array.isArray(input) ? indexStep(input, rest) : memberStep(input, rest)
    rest = rest.slice(step.length).replace(/^\./, '')
    if (step.item === undefined) continue
    items.push(step.item)
    input = step.item.value
  }
  return items
}

interface Step {
  readonly length: number
  readonly item?: v.IssuePathItem
}

function indexStep(input: unknown[], rest: string): Step {
  const [text = rest, index = ''] = /^\[(\d+)\]/.exec(rest) ?? []
  const key = Number(index)
  return { length: text.length, item: { type: 'array', origin: 'value', input, key, value: input[key] } }
}

function memberStep(value: unknown, rest: string): Step {
  // A single statement stands without a list, and is called `Statement[0]` all the same.
  const [unlisted] = /^\[\d+\]/.exec(rest) ?? []
  if (unlisted !== undefined) return { length: unlisted.length }
  const input = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const ends = ['', '.', '[']
  const known = Object.keys(input)
    .filter((key) => rest.startsWith(key) && ends.includes(rest.charAt(key.length)))
    .sort((a, b) => b.length - a.length)
  const key = known[0] ?? /^[^.[]*/.exec(rest)?.[0] ?? rest
  return { length: key.length, item: { type: 'object', origin: 'value', input, key, value: input[key] } }
}
