// The options of `requireWebIdentity`.

import * as v from 'valibot'
import { check } from '../check.ts'
import type { WebIdentity } from './identity.ts'
import { plainMembers } from './plain-object.ts'

/** What a guard may be given. */
export interface GuardOptions<Incoming extends Request = Request> {
  /**
   * Whether this caller may make this request, asked after the token was verified. Anything but `true` is answered
   * with 403. What it throws goes to the platform, as if the handler had thrown it. `undefined` is refused: it may come
   * of a look-up that found nothing, and would let everybody through.
   */
  readonly authorize?: (identity: WebIdentity, request: Incoming) => boolean | Promise<boolean>
  /** The name of what is protected, for `WWW-Authenticate`; ASCII without quotation marks. Default none. */
  readonly realm?: string | undefined
  /**
   * Whether a CORS preflight (`OPTIONS` with `Origin` and `Access-Control-Request-Method`), which never carries a
   * token, goes to the handler untouched, without an identity. Default `false`: it is answered with 401.
   */
  readonly allowPreflight?: boolean | undefined
}

/** @throws {InputError} */
export function checkGuardOptions<Incoming extends Request>(
  options: GuardOptions<Incoming>,
): GuardOptions<Incoming> {
  // A polluted `Object.prototype` must not let anything through.
  const own = plainMembers(options, 'options')
  check(schema, own, 'options')
  return own
}

const realm = 'must be ASCII text without quotation marks and backslashes'

const schema = v.strictObject(
  {
    authorize: v.exactOptional(v.function('must be a function')),
    realm: v.optional(v.pipe(v.string(realm), v.regex(/^[ !#-[\]-~]+$/, realm))),
    allowPreflight: v.optional(v.boolean('must be true or false')),
  },
  'must be an object',
)
