// Reads one statement, as strictly as IAM does when a policy is stored: IAM user guide, "Grammar of the IAM JSON policy
// language" and its notes.

import { parseConditions } from './condition.ts'
import { member, readObject, readTexts, refuseUnknown } from './element.ts'
import { PolicyError } from './policy-error.ts'
import { parsePrincipals } from './principal.ts'
import type { Selection, Statement } from './statement.ts'
import { parseTemplate } from './variables.ts'
import { wildcardPattern } from './wildcard.ts'

/** What else the policy says about its statements. */
export interface StatementRules {
  /** A trust policy must name principals and no resource, every other kind resources and no principal. */
  readonly trust: boolean
  /** Whether the policy's version knows variables. */
  readonly variables: boolean
}

const elements = ['Sid', 'Effect', 'Action', 'NotAction', 'Condition']

/** @throws {PolicyError} */
export function parseStatement(
  value: unknown,
  path: string,
  { trust, variables }: StatementRules,
): Statement {
  const members = readObject(value, path)
  refuseForeign(members, path, trust)
  refuseUnknown(members, [...elements, ...(trust ? ['Principal'] : ['Resource', 'NotResource'])], path)
  const conditionPath = member(path, 'Condition')
  return {
    sid: readSid(members.get('Sid'), member(path, 'Sid')) || path,
    effect: readEffect(members.get('Effect'), member(path, 'Effect')),
    principals: trust ? readPrincipals(members, path) : [],
    actions: readSelection(members, 'Action', path, (text, at) => {
      if (!isAction(text, trust)) throw new PolicyError(at, trust ? trustActionRule : actionRule)
      return wildcardPattern(text.toLowerCase())
    }),
    resources: trust
      ? undefined
      : readSelection(members, 'Resource', path, (text, at) => {
          if (text !== '*' && !text.startsWith('arn:')) throw new PolicyError(at, 'must be an ARN or "*"')
          return parseTemplate(text, { variables, wildcards: true })
        }),
    conditions: members.has('Condition')
      ? parseConditions(members.get('Condition'), conditionPath, variables)
      : [],
  }
}

// What another kind of policy has gets a better word than that it is unknown.
function refuseForeign(members: ReadonlyMap<string, unknown>, path: string, trust: boolean): void {
  const foreign = trust ? ['Resource', 'NotResource', 'NotPrincipal'] : ['Principal', 'NotPrincipal']
  const name = foreign.find((each) => members.has(each))
  if (name === undefined) return
  const rule =
    trust && name === 'NotPrincipal'
      ? 'must not stand in a trust policy: use Principal "*" with a condition on aws:PrincipalArn'
      : trust
        ? 'must not stand in a trust policy, which speaks of its own role: leave it out'
        : 'must not stand in this kind of policy, which speaks of whom it is attached to: leave it out'
  throw new PolicyError(member(path, name), rule)
}

function readSid(value: unknown, path: string): string {
  if (value === undefined) return ''
  if (typeof value !== 'string' || !/^[0-9A-Za-z]*$/.test(value)) {
    throw new PolicyError(path, 'must be letters A to Z and digits, without spaces')
  }
  return value
}

function readEffect(value: unknown, path: string): 'Allow' | 'Deny' {
  if (value !== 'Allow' && value !== 'Deny') {
    throw new PolicyError(path, 'must be "Allow" or "Deny", with the capital letter')
  }
  return value
}

function readPrincipals(members: ReadonlyMap<string, unknown>, path: string): Statement['principals'] {
  if (!members.has('Principal')) {
    throw new PolicyError(path, 'must have a Principal, since a trust policy says who may assume the role')
  }
  return parsePrincipals(members.get('Principal'), member(path, 'Principal'))
}

const actionRule = 'must be "*", or a service, a colon and an action, as in sts:GetWebIdentityToken'
const trustActionRule = 'must be an action of sts, as in sts:AssumeRole: a trust policy may name no other'

function isAction(text: string, trust: boolean): boolean {
  return trust ? /^sts:[\w*?-]+$/i.test(text) : text === '*' || /^[\w*?-]+:[\w*?-]+$/.test(text)
}

function readSelection<Value>(
  members: ReadonlyMap<string, unknown>,
  name: string,
  path: string,
  read: (text: string, path: string) => Value,
): Selection<Value> {
  const negated = members.has(`Not${name}`)
  if (negated === members.has(name)) {
    throw new PolicyError(
      path,
      `must have either ${name} or Not${name}, and has ${negated ? 'both' : 'neither'}`,
    )
  }
  const element = negated ? `Not${name}` : name
  const at = member(path, element)
  return { negated, values: readTexts(members.get(element), at).map((text) => read(text, at)) }
}
