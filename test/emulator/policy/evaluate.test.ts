import { describe, expect, test } from 'vitest'
import {
  type Policy,
  type PolicyKind,
  type PolicyStatement,
  parsePolicy,
} from '../../../src/emulator/policy/document.ts'
import { evaluate, type Policies } from '../../../src/emulator/policy/evaluate.ts'
import { allow, decide, deny, mint, request } from './requests.ts'

const named = (name: string, kind: PolicyKind, ...statements: PolicyStatement[]): Policy =>
  parsePolicy(name, kind, { Version: '2012-10-17', Statement: statements })

const other = allow({ Action: 's3:*' })
const everything = {
  identity: [named('mine', 'identity', other, allow({ Sid: 'Mint', Action: mint }))],
  boundary: named('edge', 'boundary', allow()),
  session: [named('inline', 'session', other), named('managed', 'session', allow())],
  serviceControl: [
    [named('root', 'service control', allow())],
    [named('account', 'service control', other, allow())],
  ],
}

const decideWith = (parts: Partial<Policies>) => evaluate(request(), { ...everything, ...parts })

describe('a request', () => {
  test('is allowed where every layer allows it, by the statement of the identity policy', () => {
    expect(decideWith({})).toEqual({ allowed: true, by: { policy: 'mine', sid: 'Mint' } })
  })

  test('needs no layer but the identity policies where no other is there', () => {
    expect(evaluate(request(), { identity: everything.identity }).allowed).toBe(true)
    expect(decideWith({ boundary: undefined, session: undefined, serviceControl: undefined }).allowed).toBe(
      true,
    )
    expect(decideWith({ serviceControl: [] }).allowed).toBe(true)
  })

  test.each<[PolicyKind, Partial<Policies>]>([
    ['identity', { identity: [] }],
    ['identity', { identity: [named('mine', 'identity', other)] }],
    ['boundary', { boundary: named('edge', 'boundary', other) }],
    ['session', { session: [named('inline', 'session', other)] }],
    [
      'service control',
      {
        serviceControl: [[named('root', 'service control', other)], [named('a', 'service control', allow())]],
      },
    ],
    ['service control', { serviceControl: [[named('root', 'service control', allow())], []] }],
  ])('is refused where the layer %s lacks an allow', (kind, parts) => {
    expect(decideWith(parts)).toEqual({ allowed: false, explicit: false, kind })
  })

  test.each<[PolicyKind, Partial<Policies>]>([
    ['identity', { identity: [...everything.identity, named('barred', 'identity', other, deny())] }],
    ['boundary', { boundary: named('barred', 'boundary', allow(), deny()) }],
    ['session', { session: [...everything.session, named('barred', 'session', allow(), deny())] }],
    [
      'service control',
      {
        serviceControl: [...everything.serviceControl, [named('barred', 'service control', allow(), deny())]],
      },
    ],
  ])('is refused where the layer %s denies it, by the statement that does', (kind, parts) => {
    expect(decideWith(parts)).toEqual({
      allowed: false,
      explicit: true,
      kind,
      by: { policy: 'barred', sid: 'Statement[1]' },
    })
  })

  test('is refused by an explicit deny in any layer rather than by one that lacks an allow', () => {
    const session = [named('barred', 'session', deny({ Sid: 'No' }))]
    expect(decideWith({ identity: [], serviceControl: [[]], session })).toEqual({
      allowed: false,
      explicit: true,
      kind: 'session',
      by: { policy: 'barred', sid: 'No' },
    })
  })

  test('names the first layer that lacks an allow in the order of the documentation', () => {
    const boundary = named('edge', 'boundary', other)
    const session = [named('inline', 'session', other)]
    const kindOf = (parts: Partial<Policies>) => {
      const decision = decideWith(parts)
      return decision.allowed ? 'allowed' : decision.kind
    }
    expect(kindOf({ identity: [], boundary, session, serviceControl: [[]] })).toBe('service control')
    expect(kindOf({ identity: [], boundary, session })).toBe('identity')
    expect(kindOf({ boundary, session })).toBe('boundary')
    expect(kindOf({ session })).toBe('session')
  })

  test('is not denied by a statement that speaks of another', () => {
    expect(decide(request(), allow(), deny({ Action: 'sts:TagGetWebIdentityToken' })).allowed).toBe(true)
  })

  test('is denied by a statement that comes before the one that allows it', () => {
    expect(decide(request(), deny(), allow()).allowed).toBe(false)
  })
})

describe("what people get wrong about the policy of a token's audience", () => {
  const mine = 'https://api.example.com'
  const audiences = (...values: string[]) => request({ 'sts:identitytokenaudience': values })
  const only = (Condition: Record<string, Record<string, string>>) => allow({ Action: mint, Condition })

  test('StringEquals denies everything, since the key has many values', () => {
    const statement = only({ StringEquals: { 'sts:IdentityTokenAudience': mine } })
    expect(decide(audiences(mine), statement)).toEqual({ allowed: false, explicit: false, kind: 'identity' })
  })

  test('ForAnyValue lets a caller add a foreign audience to the same token', () => {
    const statement = only({ 'ForAnyValue:StringEquals': { 'sts:IdentityTokenAudience': mine } })
    expect(decide(audiences(mine), statement).allowed).toBe(true)
    expect(decide(audiences(mine, 'https://evil.example'), statement).allowed).toBe(true)
    expect(decide(audiences('https://evil.example'), statement).allowed).toBe(false)
  })

  test('ForAllValues alone also allows a request that names no audience', () => {
    const statement = only({ 'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': mine } })
    expect(decide(audiences(mine), statement).allowed).toBe(true)
    expect(decide(audiences(mine, 'https://evil.example'), statement).allowed).toBe(false)
    expect(decide(request(), statement).allowed).toBe(true)
  })

  test('ForAllValues with Null is right', () => {
    const statement = only({
      'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': mine },
      Null: { 'sts:IdentityTokenAudience': 'false' },
    })
    expect(decide(audiences(mine), statement).allowed).toBe(true)
    expect(decide(audiences(mine, mine), statement).allowed).toBe(true)
    expect(decide(audiences(mine, 'https://evil.example'), statement).allowed).toBe(false)
    expect(decide(request(), statement).allowed).toBe(false)
  })

  test('tags need a permission of their own', () => {
    const tagging = request({ 'aws:tagkeys': ['team'] }, { action: 'sts:TagGetWebIdentityToken' })
    expect(decide(tagging, allow({ Action: mint })).allowed).toBe(false)
    expect(decide(tagging, allow({ Action: [mint, 'sts:TagGetWebIdentityToken'] })).allowed).toBe(true)
  })

  test('the algorithm and the lifetime can be narrowed too', () => {
    const statement = allow({
      Condition: {
        StringEquals: { 'sts:SigningAlgorithm': 'ES384' },
        NumericLessThanEquals: { 'sts:DurationSeconds': 300 },
      },
    })
    const asked = (algorithm: string, duration: string) =>
      decide(request({ 'sts:signingalgorithm': algorithm, 'sts:durationseconds': duration }), statement)
        .allowed
    expect(asked('ES384', '300')).toBe(true)
    expect(asked('RS256', '300')).toBe(false)
    expect(asked('ES384', '301')).toBe(false)
  })
})
