// Who may sign requests to the emulator, and what they may do, as its owner writes it down.

import * as v from 'valibot'
import { filled, integer, text } from '../option-rules.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { principalArn } from './arn.ts'
import { policiesSchema, policySchema } from './policy-schema.ts'

/** A user, or a role, with what IAM knows of it. */
export interface EmulatorPrincipal {
  /** Of a user or role, with its path, such as `arn:aws:iam::123456789012:role/outbound/worker`. */
  readonly arn: string
  /** With `secretAccessKey`: of a user, its access key; of a role, that of a session of it. A role may do without. */
  readonly accessKeyId?: string | undefined
  readonly secretAccessKey?: string | undefined
  /** Of temporary credentials: requests must carry it. Without one, requests that carry any are refused. */
  readonly sessionToken?: string | undefined
  /** Of a role's session, 2 to 64 characters. Default `emulator`. */
  readonly sessionName?: string | undefined
  /** When the session ends: then its credentials are refused, and no token may outlive it. Default never. */
  readonly sessionExpiration?: Date | undefined
  /** Tags of the session; they are in its tokens as `principal_tags`, in front of the principal's. Default none. */
  readonly sessionTags?: Readonly<Record<string, string>> | undefined
  /** Of a role's session, 2 to 64 characters: in its tokens as `source_identity`. Default none. */
  readonly sourceIdentity?: string | undefined
  /** Where the session runs, and so which claims AWS adds to its tokens. Default none. */
  readonly runsOn?: EmulatorCompute | undefined
  /** The user of IAM Identity Center whose session it is. Default none. */
  readonly identityCenterUser?: { readonly userId: string; readonly storeArn: string } | undefined
  /** Tags of the user or role, in its tokens as `principal_tags`. Default none. */
  readonly tags?: Readonly<Record<string, string>> | undefined
  /**
   * Its identity policies by name: managed where the name is an ARN, else inline. Default one that allows everything;
   * `{}` allows nothing.
   */
  readonly policies?: Readonly<Record<string, PolicyDocument>> | undefined
  /** Its permissions boundary. Default none. */
  readonly permissionsBoundary?: PolicyDocument | undefined
  /** Of a role: who may assume it. Default everyone in its account whose own policies allow it. */
  readonly trustPolicy?: PolicyDocument | undefined
  /** Of a role: the longest session, 3600 to 43200. Default 3600. */
  readonly maxSessionDurationSeconds?: number | undefined
}

/** What a role's session runs on. */
export type EmulatorCompute =
  | { readonly service: 'lambda'; readonly functionArn: string }
  | {
      readonly service: 'ec2'
      readonly instanceArn: string
      readonly vpc: string
      readonly privateIpv4: string
    }
  | { readonly service: 'glue' }

const secret = text(/^[!-~]+$/, 'must be visible ASCII characters')
const sessionText = text(/^[\w+=,.@-]{2,64}$/, 'must be 2 to 64 letters, digits or _+=,.@-')

const tags = v.pipe(
  v.record(v.string('must be a string'), v.string('must be a string'), 'must be an object of strings'),
  v.check((pairs) => {
    const keys = Object.keys(pairs).map((key) => key.toLowerCase())
    return new Set(keys).size === keys.length
  }, 'must not repeat a key in another case: tag keys are case-insensitive'),
)

const runsOn = v.variant(
  'service',
  [
    v.strictObject({ service: v.literal('lambda'), functionArn: filled }),
    v.strictObject({ service: v.literal('ec2'), instanceArn: filled, vpc: filled, privateIpv4: filled }),
    v.strictObject({ service: v.literal('glue') }),
  ],
  'must be { service } of lambda, ec2 or glue, with what belongs to it',
)

const members = v.strictObject(
  {
    arn: text(principalArn, 'must be the ARN of an IAM user or role'),
    accessKeyId: v.optional(text(/^\w{1,128}$/, 'must be 1 to 128 letters, digits or underscores')),
    secretAccessKey: v.optional(secret),
    sessionToken: v.optional(secret),
    sessionName: v.optional(sessionText),
    sessionExpiration: v.optional(v.date('must be a valid Date')),
    sessionTags: v.optional(tags),
    sourceIdentity: v.optional(sessionText),
    runsOn: v.optional(runsOn),
    identityCenterUser: v.optional(
      v.strictObject({ userId: filled, storeArn: filled }, 'must be { userId, storeArn }'),
    ),
    tags: v.optional(tags),
    policies: v.optional(policiesSchema('identity')),
    permissionsBoundary: v.optional(policySchema('boundary')),
    trustPolicy: v.optional(policySchema('trust')),
    maxSessionDurationSeconds: v.optional(integer(3600, 43_200)),
  },
  'must be an object',
)

type Members = v.InferOutput<typeof members>

// What only a role has, or a session of one.
const rolesOwn = [
  ['sessionName', 'must be absent: only a role has sessions with a name'],
  ['sourceIdentity', 'must be absent: only a role has sessions with a source identity'],
  ['runsOn', 'must be absent: what runs there has a role'],
  ['identityCenterUser', 'must be absent: IAM Identity Center gives roles'],
  ['trustPolicy', 'must be absent: only a role is assumed'],
  ['maxSessionDurationSeconds', 'must be absent: only a role is assumed'],
] as const

// What says something of the session that a principal's own keys stand for; sessions that STS gives have their own.
const sessionsOwn = [
  'sessionToken',
  'sessionName',
  'sessionExpiration',
  'sessionTags',
  'sourceIdentity',
  'runsOn',
  'identityCenterUser',
] as const

/** One principal. */
export const principalSchema = v.pipe(
  members,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    for (const [key, message] of complaints(dataset.value)) {
      const item = {
        type: 'object',
        origin: 'value',
        input: dataset.value,
        key,
        value: dataset.value[key],
      } as const
      addIssue({ message, path: [item] })
    }
  }),
)

function* complaints(principal: Members): Generator<[keyof Members, string]> {
  const isRole = principal.arn.includes(':role/')
  const { accessKeyId, secretAccessKey } = principal
  if (accessKeyId === undefined && (secretAccessKey !== undefined || !isRole))
    yield ['accessKeyId', 'is missing']
  if (secretAccessKey === undefined && accessKeyId !== undefined) yield ['secretAccessKey', 'is missing']
  if (isRole) {
    if (accessKeyId !== undefined) return
    for (const key of sessionsOwn) {
      if (principal[key] === undefined) continue
      yield [key, 'must be absent: it is of the session that the role’s own accessKeyId stands for']
    }
    return
  }
  for (const [key, message] of rolesOwn) {
    if (principal[key] !== undefined) yield [key, message]
  }
  const hasSession = principal.sessionToken !== undefined || principal.sessionExpiration !== undefined
  if (principal.sessionTags !== undefined && !hasSession) {
    yield ['sessionTags', 'must be absent: without a sessionToken or a sessionExpiration there is no session']
  }
}
