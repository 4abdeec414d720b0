// The users and roles that IAM knows, with all that follows from what was said of them.

import { type Policy, type PolicyDocument, parsePolicy } from '../policy/document.ts'
import { type PrincipalArn, parsePrincipalArn } from './arn.ts'
import type { EmulatorPrincipal } from './principal.ts'

/** A user or a role. */
export interface Identity extends PrincipalArn {
  readonly tags: Readonly<Record<string, string>>
  readonly policies: readonly Policy[]
  readonly boundary: Policy | undefined
  /** Of a role: who may assume it. */
  readonly trust: Policy
  readonly maxSessionDurationSeconds: number
}

/** Takes a principal whose options were checked. */
export function toIdentity(principal: EmulatorPrincipal): Identity {
  const arn = parsePrincipalArn(principal.arn)
  if (arn === undefined) throw new TypeError('The ARN was not checked')
  const { policies = everything, permissionsBoundary: boundary } = principal
  return {
    ...arn,
    tags: { ...principal.tags },
    policies: Object.entries(policies).map(([name, document]) => parsePolicy(name, 'identity', document)),
    boundary: boundary && parsePolicy('the permissions boundary', 'boundary', boundary),
    trust: parsePolicy('the trust policy', 'trust', principal.trustPolicy ?? trustsAccount(arn)),
    maxSessionDurationSeconds: principal.maxSessionDurationSeconds ?? 3600,
  }
}

/** The unique id that AWS gives a principal once and for all; here it follows from the ARN. */
export function uniqueId(identity: Identity): Promise<string> {
  const known = uniqueIds.get(identity) ?? makeUniqueId(identity)
  uniqueIds.set(identity, known)
  return known
}

// Each signed request needs it, for the condition key `aws:userid`.
const uniqueIds = new WeakMap<Identity, Promise<string>>()

async function makeUniqueId({ arn, kind }: Identity): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(arn)))
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const id = Array.from(hash.subarray(0, 17), (byte) => letters[byte % letters.length]).join('')
  return `${kind === 'role' ? 'AROA' : 'AIDA'}${id}`
}

/** AWS's own managed policy of that name. */
export const administratorAccess: { readonly name: string; readonly document: PolicyDocument } = {
  name: 'arn:aws:iam::aws:policy/AdministratorAccess',
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
}

const everything = { [administratorAccess.name]: administratorAccess.document }

// The trust policy that the console proposes for "this account".
function trustsAccount({ partition, accountId }: PrincipalArn): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
        Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      },
    ],
  }
}
