// An AWS account: its issuer, its switch, its organization, and whom it trusts for web identities.

import type { JWK } from 'jose'
import * as v from 'valibot'
import { Issuer } from '../issuer/issuer.ts'
import type { EmulatorSigningKey } from '../issuer/keys.ts'
import { text } from '../option-rules.ts'
import { type Policy, type PolicyDocument, parsePolicy } from '../policy/document.ts'
import { FederationSwitch } from './federation.ts'
import { policiesSchema } from './policy-schema.ts'
import { keysSchema } from './signing-keys.ts'

/** An account, where it shall be other than the emulator's options say for every one. */
export interface EmulatorAccount {
  /** 12 digits. */
  readonly accountId: string
  /** Whether outbound identity federation is enabled. Default the emulator's `federationEnabled`. */
  readonly federationEnabled?: boolean | undefined
  /** The UUID in its issuer's address. Default from the seed, else random. */
  readonly issuerId?: string | undefined
  /** Private signing keys as JWKs; of each algorithm the last one signs, and all are published. Default made anew. */
  readonly keys?: readonly EmulatorSigningKey[] | undefined
  /** Whether its published RSA keys name their `alg`: of two real issuers one did. Default `false`. */
  readonly rsaKeyHasAlg?: boolean | undefined
  /** Default the emulator's `organization`. */
  readonly organization?: EmulatorOrganization | undefined
  /** Default the emulator's `trustedIssuers`. */
  readonly trustedIssuers?: readonly EmulatorTrustedIssuer[] | undefined
}

/** Where an account stands in AWS Organizations. */
export interface EmulatorOrganization {
  /** Such as `o-a1b2c3d4e5`; the claim `org_id`. */
  readonly id: string
  /** The path of its organizational unit, such as `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/`; in the claim `ou_path`. */
  readonly path: string
  /**
   * Service control policies by name, one object for each level from the root to the account; each level must allow.
   * Default one level that allows everything.
   */
  readonly serviceControlPolicies?: readonly Readonly<Record<string, PolicyDocument>>[] | undefined
}

/** An OpenID Connect provider that the account trusts: `AssumeRoleWithWebIdentity` takes its tokens. */
export interface EmulatorTrustedIssuer {
  /** The claim `iss`, such as `https://token.actions.githubusercontent.com`. */
  readonly issuer: string
  /** The client ids of the provider: the claim `aud` must be one of them. */
  readonly audiences: readonly string[]
  /** Its published keys. Default what its discovery document leads to, by `fetch`. */
  readonly jwks?: { readonly keys: readonly JWK[] } | undefined
}

/** One account. */
export interface Account {
  readonly id: string
  readonly issuer: Issuer
  readonly federation: FederationSwitch
  readonly organization: Organization | undefined
  readonly trustedIssuers: readonly EmulatorTrustedIssuer[]
}

interface Organization {
  readonly id: string
  readonly path: string
  readonly levels: readonly (readonly Policy[])[] | undefined
}

/** @param onChange called after a key was made, or the switch was used */
export function toAccount(
  options: EmulatorAccount,
  seed: string | undefined,
  switchedAt: number | null,
  onChange: () => void,
): Account {
  const { accountId: id, issuerId, keys, rsaKeyHasAlg, organization } = options
  return {
    id,
    issuer: new Issuer({ id: issuerId, seed: seed && `${seed} ${id}`, keys, rsaKeyHasAlg }, onChange),
    federation: new FederationSwitch({ enabled: options.federationEnabled ?? true, switchedAt }, onChange),
    organization: organization && {
      id: organization.id,
      path: organization.path,
      levels: organization.serviceControlPolicies?.map((level) =>
        Object.entries(level).map(([name, document]) => parsePolicy(name, 'service control', document)),
      ),
    },
    trustedIssuers: options.trustedIssuers ?? [],
  }
}

export const accountIdText = text(/^\d{12}$/, 'must have 12 digits')

export const organizationSchema = v.strictObject(
  {
    id: text(/^o-[a-z0-9-]{1,32}$/, 'must be the id of an organization, such as o-a1b2c3d4e5'),
    path: text(
      /^o-[a-z0-9-]+\/r-[a-z0-9]+\/(?:ou-[a-z0-9-]+\/)*$/,
      'must be a path such as o-a1b2c3d4e5/r-ab12/',
    ),
    serviceControlPolicies: v.optional(
      v.pipe(
        v.array(policiesSchema('service control'), 'must be an array of policies by name'),
        v.minLength(1, 'must have at least one level'),
      ),
    ),
  },
  'must be an object',
)

export const trustedIssuersSchema = v.array(
  v.strictObject(
    {
      issuer: text(/^https?:\/\/[^\s?#]+$/, 'must be an http: or https: URL without a query'),
      audiences: v.pipe(
        v.array(v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty')), 'must be an array'),
        v.minLength(1, 'must name at least one'),
      ),
      jwks: v.optional(
        v.looseObject(
          { keys: v.array(v.looseObject({}, 'must be a JWK'), 'must be an array') },
          'must be a JWK Set',
        ),
      ),
    },
    'must be an object',
  ),
  'must be an array',
)

export const issuerIdText = text(
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  'must be a UUID in lower case',
)

export const accountSchema = v.strictObject(
  {
    accountId: accountIdText,
    federationEnabled: v.optional(v.boolean('must be true or false')),
    issuerId: v.optional(issuerIdText),
    keys: v.optional(keysSchema),
    rsaKeyHasAlg: v.optional(v.boolean('must be true or false')),
    organization: v.optional(organizationSchema),
    trustedIssuers: v.optional(trustedIssuersSchema),
  },
  'must be an object',
)
