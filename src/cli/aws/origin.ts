// How credentials were found, in words.

import type { AwsAccess } from './access.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The provider's own words are only in its errors: here it is seen from what the environment has, in the chain's order. */
export function originOf({ profile }: Pick<AwsAccess, 'profile'>, env: Env = process.env): string {
  if (profile !== undefined) return `profile ${profile}`
  const has = (name: string) => env[name] !== undefined && env[name] !== ''
  if (has('AWS_ACCESS_KEY_ID')) return 'environment variables'
  if (has('AWS_WEB_IDENTITY_TOKEN_FILE')) return 'web identity (AWS_WEB_IDENTITY_TOKEN_FILE)'
  const isContainer =
    has('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI') || has('AWS_CONTAINER_CREDENTIALS_FULL_URI')
  return isContainer ? 'container' : 'EC2 instance'
}
