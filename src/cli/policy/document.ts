// The least policy that lets a principal get its tokens: IAM user guide, "Controlling access with IAM policies" for
// outbound identity federation, and "Actions, resources, and condition keys for AWS Security Token Service".

import { partitionOf } from '../../query/partition.ts'
import type { Grant } from './grant.ts'

/** As IAM's JSON has it, and no more of it than is needed here. */
export interface PolicyDocument {
  readonly Version: '2012-10-17'
  readonly Statement: readonly PolicyStatement[]
}

export interface PolicyStatement {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Action: string
  readonly Resource: string
  readonly Condition: Conditions
}

/** By operator, and under it by key. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

/** The policy for a grant that was checked. */
export function leastPolicy(grant: Grant): PolicyDocument {
  const { tags = [] } = grant
  const Resource = resourceOf(grant)
  const mint: PolicyStatement = {
    Sid: 'GetWebIdentityToken',
    Effect: 'Allow',
    Action: 'sts:GetWebIdentityToken',
    Resource,
    Condition: tokenConditions(grant),
  }
  // A statement of its own: AWS knows no audience with this action, so one that demanded it would never allow a tag.
  const tag: PolicyStatement = {
    Sid: 'TagGetWebIdentityToken',
    Effect: 'Allow',
    Action: 'sts:TagGetWebIdentityToken',
    Resource,
    Condition: tagConditions(tags),
  }
  return { Version: '2012-10-17', Statement: tags.length === 0 ? [mint] : [mint, tag] }
}

// There is one resource, the caller's own account.
function resourceOf({ account, region = 'us-east-1' }: Grant): string {
  return account === undefined ? '*' : `arn:${partitionOf(region).id}:sts::${account}:self`
}

// The audience has many values: `StringEquals` would deny each request, `ForAnyValue` would allow a foreign audience
// beside the right one, and without `Null` no audience at all would do.
function tokenConditions({ audience, algorithm = [], maxDuration }: Grant): Conditions {
  return {
    'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': audience.map(literal) },
    Null: { 'sts:IdentityTokenAudience': 'false' },
    ...(algorithm.length > 0 && { StringEquals: { 'sts:SigningAlgorithm': algorithm } }),
    ...(maxDuration !== undefined && {
      NumericLessThanEquals: { 'sts:DurationSeconds': String(maxDuration) },
    }),
  }
}

// `IfExists`, so that a request may have any of the tags: what it must not have is bounded by the keys. Their case is:
// in `aws:TagKeys` it counts, in the name of `aws:RequestTag/team` it does not.
function tagConditions(tags: NonNullable<Grant['tags']>): Conditions {
  const bounded = tags.filter(({ values }) => values.length > 0)
  return {
    'ForAllValues:StringEquals': { 'aws:TagKeys': tags.map(({ key }) => key) },
    Null: { 'aws:TagKeys': 'false' },
    ...(bounded.length > 0 && {
      StringEqualsIfExists: Object.fromEntries(
        bounded.map(({ key, values }) => [`aws:RequestTag/${key}`, values]),
      ),
    }),
  }
}

// In this version of the language `${` begins a variable, and `${$}` is how it writes a dollar sign.
function literal(text: string): string {
  return text.replaceAll(/\$(?=\{)/g, '$${$}')
}

/** Every text of a policy that a user may have chosen. */
export function textsIn({ Statement }: PolicyDocument): readonly string[] {
  return Statement.flatMap(({ Resource, Condition }) => [
    Resource,
    ...Object.values(Condition).flatMap((keys) => [...Object.keys(keys), ...Object.values(keys).flat()]),
  ])
}
