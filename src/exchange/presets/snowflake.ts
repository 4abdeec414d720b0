// Snowflake's workload identity federation, where the token itself logs in: its drivers and its SQL API take it.
// https://docs.snowflake.com/user-guide/workload-identity-federation

import * as v from 'valibot'
import { check } from '../../check.ts'
import { makePreset } from '../make-preset.ts'
import { audience, identifier, tokenEntries } from '../options.ts'
import type { Preset, TokenOptions } from '../preset.ts'

/** What is to be known of the account at Snowflake. */
export interface SnowflakeOptions extends TokenOptions {
  /** The account's identifier: `<organization>-<account>`, or its locator with the region. */
  readonly account: string
  /** The service user who logs in; `<user>` in what is to be entered when absent. */
  readonly user?: string | undefined
  /** As entered at the user; `snowflakecomputing.com` when absent. */
  readonly audience?: string | undefined
}

/**
 * Snowflake: the token itself logs in, as the `token` of a driver whose authenticator is `WORKLOAD_IDENTITY`.
 *
 * @throws {InputError} which names the option that is missing, unknown or malformed.
 * @see https://docs.snowflake.com/sql-reference/sql/alter-user-add-workload-identity
 * @example
 * ```ts
 * import { createTokenSource, type StsClient } from 'aws-web-identity'
 * import { presets } from 'aws-web-identity/exchange'
 *
 * export function snowflakeTokens(sts: StsClient) {
 *   const { tokenRequest } = presets.snowflake({ account: 'myorg-myaccount' })
 *   return createTokenSource({ sts, ...tokenRequest })
 * }
 * ```
 */
export function snowflake(options: SnowflakeOptions): Preset {
  const own = check(schema, options, 'options')
  return makePreset(
    {
      name: 'snowflake',
      party: 'Snowflake',
      signingAlgorithms: ['ES384', 'RS256'],
      registration: ({ issuer, subject }) => ({
        where: `SQL, in the account ${own.account}, for a user of TYPE = SERVICE`,
        fields: [
          {
            name: 'Statement',
            value: `ALTER USER ${own.user ?? '<user>'} ADD WORKLOAD IDENTITY aws TYPE = OIDC ISSUER = ${literal(issuer)} SUBJECT = ${literal(subject)} OIDC_AUDIENCE_LIST = (${literal(own.audience)})`,
          },
        ],
        documentation: 'https://docs.snowflake.com/sql-reference/sql/alter-user-add-workload-identity',
      }),
    },
    own,
  )
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

export const schema = v.strictObject(
  {
    account: identifier(
      /^(?!.*snowflakecomputing)[a-z\d][\w-]{0,254}(?:\.[a-z\d-]{1,64}){0,2}$/i,
      "must be the account's identifier, such as myorg-myaccount or xy12345.eu-central-1, without .snowflakecomputing.com",
    ),
    user: v.optional(identifier(/^[a-z_][\w$]{0,254}$/i, 'must be the name of a user')),
    audience: v.optional(audience, 'snowflakecomputing.com'),
    ...tokenEntries('ES384', 300),
  },
  'must be an object',
)
