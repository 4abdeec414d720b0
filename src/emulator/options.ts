// What `createEmulator` takes, and the check of it.

import * as v from 'valibot'
import { check } from '../check.ts'
import { type EmulatorPrincipal, principalArn } from './account/principal.ts'

/** Options of `createEmulator`. */
export interface EmulatorOptions {
  /** Whether outbound identity federation is enabled in the account. Default `true`. */
  readonly federationEnabled?: boolean | undefined
  /**
   * Who may sign; the first one is `emulator.credentials`. Default one: the user `developer` of the account
   * `123456789012`, with the access key of AWS's documentation.
   */
  readonly principals?: readonly EmulatorPrincipal[] | undefined
  /** The emulator's clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined
  /** Called after each request to STS; whatever it throws is ignored. */
  readonly onRequest?: ((request: EmulatorRequest) => void) | undefined
}

/** What the emulator tells of a request to STS; it holds no secret, no signature and no token. */
export interface EmulatorRequest {
  /** The emulator's clock when the request came, RFC 3339. */
  readonly time: string
  /** The parameter `Action`, where it could be read. */
  readonly operation?: string
  /** ARN of the caller, once the signature was verified. */
  readonly callerArn?: string
  readonly signedHeaders?: readonly string[]
  /** `date/region/service/aws4_request`. */
  readonly credentialScope?: string
  readonly statusCode: number
  readonly errorCode?: string
  readonly requestId: string
  readonly durationMs: number
}

/** @throws {InputError} for the first option that breaks a rule. */
export function checkOptions(options: EmulatorOptions): void {
  check(optionsSchema, options, 'options')
}

const text = (pattern: RegExp, rule: string) => v.pipe(v.string('must be a string'), v.regex(pattern, rule))

const functionSchema = v.function('must be a function')

const principalSchema = v.pipe(
  v.strictObject(
    {
      arn: text(principalArn, 'must be the ARN of an IAM user or role'),
      accessKeyId: text(/^\w{1,128}$/, 'must be 1 to 128 letters, digits or underscores'),
      secretAccessKey: text(/^[!-~]+$/, 'must be visible ASCII characters'),
      sessionToken: v.optional(text(/^[!-~]+$/, 'must be visible ASCII characters')),
      sessionName: v.optional(text(/^[\w+=,.@-]{2,64}$/, 'must be 2 to 64 letters, digits or _+=,.@-')),
      sessionExpiration: v.optional(v.date('must be a valid Date')),
      tags: v.optional(
        v.record(v.string('must be a string'), v.string('must be a string'), 'must be an object of strings'),
      ),
    },
    'must be an object',
  ),
  v.forward(
    v.check(
      ({ arn, sessionName }) => sessionName === undefined || arn.includes(':role/'),
      'must be absent: only a role has sessions with a name',
    ),
    ['sessionName'],
  ),
)

const optionsSchema = v.strictObject(
  {
    federationEnabled: v.optional(v.boolean('must be true or false')),
    principals: v.optional(
      v.pipe(
        v.array(principalSchema, 'must be an array'),
        v.minLength(1, 'must name at least one principal'),
        v.check(
          (principals) =>
            new Set(principals.map(({ accessKeyId }) => accessKeyId)).size === principals.length,
          'must not share an accessKeyId',
        ),
      ),
    ),
    now: v.optional(functionSchema),
    onRequest: v.optional(functionSchema),
  },
  'must be an object',
)
