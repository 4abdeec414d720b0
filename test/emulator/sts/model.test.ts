// Every bound of STS's own service model, held to by the emulator: one below or above it is refused in the generic words,
// the bound itself is not.

import { describe, expect, test } from 'vitest'
import { createEmulator } from '../../../src/emulator/index.ts'
import model from '../../vectors/aws-models/sts/2011-06-15/service-2.json' with { type: 'json' }
import { call, now } from '../sts-call.ts'

interface Shape {
  type: string
  min?: number
  max?: number
  required?: string[]
  members?: Record<string, { shape: string }>
  member?: { shape: string }
}

const shapes: Record<string, Shape> = model.shapes
// Filled so that nothing else is wrong with it.
const base: Record<string, Record<string, unknown>> = {
  AssumeRole: { RoleArn: 'arn:aws:iam::123456789012:role/r', RoleSessionName: 'session' },
  AssumeRoleWithWebIdentity: {
    RoleArn: 'arn:aws:iam::123456789012:role/r',
    RoleSessionName: 'session',
    WebIdentityToken: 'abcd',
  },
  GetAccessKeyInfo: { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
  GetFederationToken: { Name: 'Bob' },
  GetSessionToken: {},
  GetWebIdentityToken: { Audience: ['a'], SigningAlgorithm: 'ES384' },
}
// Of context assertions the emulator knows nothing.
const notThere = ['ProvidedContexts']

const bounds = Object.keys(base).flatMap((operation) =>
  Object.entries(shapes[operations()[operation] ?? '']?.members ?? {})
    .filter(([member]) => !notThere.includes(member))
    .flatMap(([member, { shape }]) =>
      (['min', 'max'] as const).flatMap((side) => {
        const bound = shapes[shape]?.[side]
        return bound === undefined || (side === 'min' && bound === 0)
          ? []
          : [{ operation, member, shape, side, bound }]
      }),
    ),
)

function operations(): Record<string, string> {
  return Object.fromEntries(Object.entries(model.operations).map(([name, { input }]) => [name, input.shape]))
}

function sample(shape: string, size: number): unknown {
  const { type, member } = shapes[shape] ?? {}
  if (type === 'integer') return size
  // An empty list is `Name=`.
  if (type === 'list' && size === 0) return ''
  if (type !== 'list') return '1'.repeat(size)
  return Array.from({ length: size }, (_, index) =>
    shapes[member?.shape ?? '']?.type === 'structure' ? { Key: `k${index}`, Value: '' } : `k${index}`,
  )
}

describe('a bound of the model', () => {
  test('is there for most members', () => expect(bounds.length).toBeGreaterThan(40))

  test.each(bounds)('$operation $member: $side $bound', async ({ operation, member, shape, side, bound }) => {
    const path = member.charAt(0).toLowerCase() + member.slice(1)
    const what = shapes[shape]?.type === 'integer' ? 'value' : 'length'
    const rule = `at '${path}' failed to satisfy constraint: Member must have ${what} ${side === 'min' ? 'greater' : 'less'} than or equal to ${bound}`
    const messageOf = async (size: number) => {
      const parameters = { Action: operation, ...base[operation], [member]: sample(shape, size) }
      return (await call(createEmulator({ now: () => now }), parameters)).text('Message') ?? ''
    }
    expect(await messageOf(side === 'min' ? bound - 1 : bound + 1)).toContain(rule)
    expect(await messageOf(bound)).not.toContain(rule)
  })

  const required = Object.keys(base).flatMap((operation) =>
    (shapes[operations()[operation] ?? '']?.required ?? []).map((member) => ({ operation, member })),
  )
  test.each(required)('$operation requires $member', async ({ operation, member }) => {
    const { [member]: _, ...rest } = base[operation] ?? {}
    const answer = await call(createEmulator({ now: () => now }), { Action: operation, ...rest })
    const path = member.charAt(0).toLowerCase() + member.slice(1)
    expect(answer.text('Message')).toBe(
      `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`,
    )
  })
})
