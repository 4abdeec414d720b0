// What the parts of a policy must be to each other: no secret, principal or name may mean two callers, and what one part
// names must be in the other.

import type { Caller, callerFacts } from './caller.ts'
import type { Policy } from './policy.ts'

/** Each rule that is broken, with the path of the member that breaks it. */
export function inconsistencies(policy: Policy): string[] {
  const { callers, access, exchanges } = policy
  const ofCallers = new Set(callers.flatMap(({ secrets = [] }) => secrets.map(({ sha256 }) => sha256)))
  return [
    ...(policy.console.secrets?.some(({ sha256 }) => ofCallers.has(sha256))
      ? ['console.secrets must not have one of a caller: it would open both']
      : []),
    ...(policy.console.emails && !access ? ['console.emails needs access'] : []),
    ...repeated(callers, 'name', ({ name }) => [name]),
    ...repeated(callers, 'secrets', ({ secrets = [] }) => secrets.map(({ sha256 }) => sha256)),
    ...repeated(callers, 'subjects', ({ subjects = [] }) => subjects),
    ...repeated(callers, 'serviceBinding', ({ serviceBinding = [] }) => [serviceBinding].flat()),
    ...repeated(callers, 'access', ({ access: letIn = {} }) =>
      [letIn.emails ?? [], letIn.clientIds ?? []].flat(),
    ),
    ...callers.flatMap((caller, index) =>
      callerFaults(caller, policy).map((fault) => `callers[${index}]${fault}`),
    ),
    ...Object.keys(exchanges)
      .filter((name) => !callers.some((caller) => caller.exchanges.includes(name)))
      .map((name) => `exchanges.${name} is of no caller`),
  ]
}

function callerFaults(caller: Caller, { webIdentity, access, exchanges }: Policy): string[] {
  const { tags } = caller
  const keys = [...Object.keys(tags.fixed), ...Object.keys(tags.fromCaller), ...tags.allowed]
  const unknown = caller.exchanges.filter((name) => !Object.hasOwn(exchanges, name))
  return [
    ...((caller.secrets ?? caller.access ?? caller.subjects ?? caller.serviceBinding)
      ? []
      : [' must have secrets, access, subjects or serviceBinding: nobody can be it']),
    ...(caller.audiences.length + caller.exchanges.length > 0 ? [] : [' must have audiences or exchanges']),
    ...(webIdentity && caller.audiences.includes(webIdentity.audience)
      ? ['.audiences must not have webIdentity.audience: such tokens are for asking here']
      : []),
    ...(caller.subjects && !webIdentity ? ['.subjects needs webIdentity'] : []),
    ...(caller.access && !access ? ['.access needs access, the application'] : []),
    ...(caller.access && !(caller.access.emails ?? caller.access.clientIds)
      ? ['.access must have emails or clientIds']
      : []),
    ...(new Set(keys.map((key) => key.toLowerCase())).size === keys.length
      ? []
      : ['.tags must name each key once, without regard to case, as AWS compares them']),
    ...(keys.length <= 50 ? [] : ['.tags must name at most 50 keys']),
    ...Object.entries(tags.fromCaller)
      .filter(([, fact]) => !isKnown(fact, caller))
      .map(
        ([key, fact]) =>
          `.tags.fromCaller.${key} says ${fact}, which needs ${NEEDED[fact]}: no token could have it`,
      ),
    ...unknown.map((name) => `.exchanges names ${name}, which is not in exchanges`),
  ]
}

/** In which member of a caller the way in is by which each of them is known. */
const NEEDED = {
  caller: 'name',
  subject: 'subjects',
  account: 'subjects',
  email: 'access.emails',
  clientId: 'access.clientIds',
} as const satisfies Record<(typeof callerFacts)[number], string>

function isKnown(fact: keyof typeof NEEDED, { name, subjects, access }: Caller): boolean {
  const known = { name, subjects, 'access.emails': access?.emails, 'access.clientIds': access?.clientIds }
  return known[NEEDED[fact]] !== undefined
}

function repeated(
  callers: readonly Caller[],
  member: string,
  valuesOf: (caller: Caller) => readonly string[],
): string[] {
  const firsts = new Map<string, number>()
  return callers.flatMap((caller, index) => {
    const values = valuesOf(caller)
    const before = values.map((value) => firsts.get(value)).find((first) => first !== undefined)
    for (const value of values) firsts.set(value, index)
    const path = `callers[${index}].${member}`
    if (before !== undefined) return [`${path} repeats what callers[${before}] has`]
    return new Set(values).size < values.length ? [`${path} names one twice`] : []
  })
}
