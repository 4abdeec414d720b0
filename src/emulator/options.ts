// What `createEmulator` takes, and the check of it.

import * as v from 'valibot'
import { check } from '../check.ts'
import {
  accountSchema,
  type EmulatorAccount,
  type EmulatorOrganization,
  type EmulatorTrustedIssuer,
  organizationSchema,
  trustedIssuersSchema,
} from './account/account.ts'
import { type EmulatorPrincipal, principalSchema } from './account/principal.ts'
import { type EmulatorState, stateSchema } from './account/state.ts'
import type { EmulatorFaults } from './faults/fault.ts'
import type { EmulatorRequest } from './request-log.ts'

/** Options of `createEmulator`. */
export interface EmulatorOptions {
  /** Who may sign; the first one with keys is `emulator.credentials`. Default the user `developer`, who may everything. */
  readonly principals?: readonly EmulatorPrincipal[] | undefined
  /** Accounts that are other than the options below say. Each account that a principal is of is there anyway. */
  readonly accounts?: readonly EmulatorAccount[] | undefined
  /** Whether outbound identity federation is enabled in the accounts. Default `true`. */
  readonly federationEnabled?: boolean | undefined
  /** Where the accounts stand in AWS Organizations. Default nowhere. */
  readonly organization?: EmulatorOrganization | undefined
  /** Whose tokens `AssumeRoleWithWebIdentity` takes. Default nobody's. */
  readonly trustedIssuers?: readonly EmulatorTrustedIssuer[] | undefined
  /** The emulator's clock, in milliseconds since 1970; other than that, requests reject. Default `Date.now`. */
  readonly now?: (() => number) | undefined
  /** What issuers, signing keys and the seal of sessions follow from, so that a run can be repeated. Default random. */
  readonly seed?: string | undefined
  /** What `exportState` gave: the emulator goes on with the same keys and switches. */
  readonly state?: EmulatorState | undefined
  /** What shall go wrong. Default nothing. */
  readonly faults?: EmulatorFaults | undefined
  /** Gets the documents of trusted issuers. Default the platform's `fetch`. */
  readonly fetch?: typeof fetch | undefined
  /** Called after each request to STS or IAM; whatever it throws is ignored. */
  readonly onRequest?: ((request: EmulatorRequest) => void) | undefined
  /** Called after what `exportState` gives has changed; whatever it throws is ignored. */
  readonly onStateChange?: (() => void) | undefined
}

/**
 * The options, with a copy of all that is data: much of it is read later, and who changes his own then must not change
 * the emulator.
 *
 * @throws {InputError} for the first option that breaks a rule.
 */
export function checkOptions(options: EmulatorOptions): EmulatorOptions {
  check(optionsSchema, options, 'options')
  const { now, faults, fetch, onRequest, onStateChange, ...given } = options
  return { ...structuredClone(given), now, faults, fetch, onRequest, onStateChange }
}

/** @throws InputError where the clock tells no time of the years 1970 to 9999, in which AWS's times are written. */
export function readClock(now: () => number): number {
  return check(clockSchema, { now: now() }, 'options').now
}

const clockRule = 'must return milliseconds since 1970, before the year 10000'

const clockSchema = v.object({
  now: v.pipe(v.number(clockRule), v.minValue(0, clockRule), v.maxValue(Date.UTC(9999, 11, 31), clockRule)),
})

const functionSchema = v.function('must be a function')

/** The options that JSON can say, so that a file can hold them. */
export const fileOptions = {
  principals: v.optional(
    v.pipe(
      v.array(principalSchema, 'must be an array'),
      v.check(
        (principals) => principals.some(({ accessKeyId }) => accessKeyId !== undefined),
        'must name at least one principal with an access key',
      ),
      v.check((principals) => {
        const ids = principals.flatMap(({ accessKeyId }) => accessKeyId ?? [])
        return new Set(ids).size === ids.length
      }, 'must not share an accessKeyId'),
    ),
  ),
  accounts: v.optional(
    v.pipe(
      v.array(accountSchema, 'must be an array'),
      v.check(
        (accounts) => new Set(accounts.map(({ accountId }) => accountId)).size === accounts.length,
        'must not share an accountId',
      ),
    ),
  ),
  federationEnabled: v.optional(v.boolean('must be true or false')),
  organization: v.optional(organizationSchema),
  trustedIssuers: v.optional(trustedIssuersSchema),
  seed: v.optional(v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'))),
} as const

const optionsSchema = v.strictObject(
  {
    ...fileOptions,
    now: v.optional(functionSchema),
    state: v.optional(stateSchema),
    // The plan of faults checks them itself, whenever they are set.
    faults: v.optional(v.any()),
    fetch: v.optional(functionSchema),
    onRequest: v.optional(functionSchema),
    onStateChange: v.optional(functionSchema),
  },
  'must be an object',
)
