// What may be seen of accounts and principals: everything but their secrets.

import type { Directory } from './directory.ts'

/** An account as it is now. */
export interface DescribedAccount {
  readonly accountId: string
  /** The address of its issuer, under which it publishes its keys. */
  readonly issuer: string
  /** Whether outbound identity federation is enabled, as IAM knows it. */
  readonly federationEnabled: boolean
  readonly organization?: { readonly id: string; readonly path: string }
}

/** A user or role, without its secrets. */
export interface DescribedPrincipal {
  readonly arn: string
  readonly accessKeyIds: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  /** The names of its identity policies. */
  readonly policies: readonly string[]
  readonly hasPermissionsBoundary: boolean
}

export function describeAccounts({ accounts }: Directory): DescribedAccount[] {
  return accounts.map(({ id, issuer, federation, organization }) => ({
    accountId: id,
    issuer: issuer.address,
    federationEnabled: federation.state.enabled,
    ...(organization && { organization: { id: organization.id, path: organization.path } }),
  }))
}

export function describePrincipals(directory: Directory): DescribedPrincipal[] {
  return directory.identities.map(({ arn, tags, policies, boundary }) => ({
    arn,
    accessKeyIds: directory.accessKeyIdsOf(arn),
    tags,
    policies: policies.map(({ name }) => name),
    hasPermissionsBoundary: boundary !== undefined,
  }))
}
