// IAM policies as users write them, and their parsing: IAM user guide, "Grammar of the IAM JSON policy language".

import { readObject, refuseUnknown } from './element.ts'
import { parseStatement } from './parse-statement.ts'
import { PolicyError } from './policy-error.ts'
import type { Statement } from './statement.ts'

export { PolicyError } from './policy-error.ts'

/**
 * A policy as AWS's JSON has it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export interface PolicyDocument {
  /** `2012-10-17` knows variables such as `${aws:username}`. Default `2008-10-17`, which does not. */
  readonly Version?: string
  /** A name for the document; it has no effect. */
  readonly Id?: string
  readonly Statement: PolicyStatement | readonly PolicyStatement[]
}

/** One statement: either `Action` or `NotAction`, and either `Resource` or `NotResource`, or `Principal`. */
export interface PolicyStatement {
  /** Letters and digits, once in a policy. */
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  /** In a trust policy alone, and there it is needed. */
  readonly Principal?: '*' | PolicyPrincipals
  /** Such as `sts:GetWebIdentityToken`, with the wildcards `*` and `?`. */
  readonly Action?: string | readonly string[]
  readonly NotAction?: string | readonly string[]
  /** ARNs, with wildcards and variables. Not in a trust policy. */
  readonly Resource?: string | readonly string[]
  readonly NotResource?: string | readonly string[]
  /** By operator and key, such as `{ StringEquals: { 'aws:RequestTag/team': 'blue' } }`; all must hold. */
  readonly Condition?: PolicyConditions
}

/** Whom a trust policy admits. */
export interface PolicyPrincipals {
  /** Account IDs, and ARNs of accounts, users, roles and sessions. */
  readonly AWS?: string | readonly string[]
  /** The ARN of an identity provider. */
  readonly Federated?: string | readonly string[]
  /** Such as `lambda.amazonaws.com`. */
  readonly Service?: string | readonly string[]
}

/** By operator, such as `StringEquals`, and under it by key. */
export type PolicyConditions = Readonly<
  Record<string, Readonly<Record<string, ConditionValue | readonly ConditionValue[]>>>
>

/** Numbers and booleans may stand without quotation marks. */
export type ConditionValue = string | number | boolean

/** What a policy does by where it stands. */
export type PolicyKind = 'identity' | 'boundary' | 'session' | 'service control' | 'trust'

/** A policy, parsed. */
export interface Policy {
  readonly name: string
  readonly kind: PolicyKind
  readonly statements: readonly Statement[]
}

const versions: readonly unknown[] = ['2012-10-17', '2008-10-17']

/**
 * Reads a policy as strictly as IAM does.
 *
 * @param name by which a decision names the policy
 * @param document an object, or its JSON text
 * @throws {PolicyError} with the path of what is wrong.
 */
export function parsePolicy(name: string, kind: PolicyKind, document: unknown): Policy {
  const members = readObject(typeof document === 'string' ? parseJson(document) : document, '')
  refuseUnknown(members, ['Version', 'Id', 'Statement'], '')
  const version = members.get('Version')
  if (members.has('Version') && !versions.includes(version)) {
    throw new PolicyError('Version', 'must be "2012-10-17", or "2008-10-17" for a policy without variables')
  }
  if (members.has('Id') && typeof members.get('Id') !== 'string') {
    throw new PolicyError('Id', 'must be a string in quotation marks')
  }
  const rules = { trust: kind === 'trust', variables: version === '2012-10-17' }
  const statements = statementsOf(members).map((statement, index) =>
    parseStatement(statement, `Statement[${index}]`, rules),
  )
  refuseRepeatedSids(statements)
  return { name, kind, statements }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new PolicyError(
      '',
      `must be JSON: ${cause instanceof Error ? cause.message : 'it has a syntax error'}`,
      {
        cause,
      },
    )
  }
}

function statementsOf(members: ReadonlyMap<string, unknown>): readonly unknown[] {
  if (!members.has('Statement')) throw new PolicyError('Statement', 'is missing: a policy needs at least one')
  const value = members.get('Statement')
  if (!Array.isArray(value)) return [value]
  if (value.length === 0) throw new PolicyError('Statement', 'must hold at least one statement')
  return value
}

function refuseRepeatedSids(statements: readonly Statement[]): void {
  const seen = new Set<string>()
  for (const [index, { sid }] of statements.entries()) {
    if (seen.has(sid))
      throw new PolicyError(`Statement[${index}].Sid`, `must be unique: "${sid}" stands twice`)
    seen.add(sid)
  }
}
