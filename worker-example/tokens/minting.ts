// What the brokers mint with, and for whom.

import type { CredentialsProvider, StsClientOptions } from 'aws-web-identity'
import { fromEnv, fromTemporaryCredentials } from 'aws-web-identity/credentials'
import { presetOf } from '../policy/exchanges.ts'
import type { Policy } from '../policy/policy.ts'
import { type Settings, settingsOf } from '../settings.ts'

/** Options of the client that mints: with the Worker's own credentials, or those of roles, each assumed by the one before. */
export function stsOptions(env: Settings): Pick<StsClientOptions, 'region' | 'endpoint' | 'credentials'> {
  const { AWS_REGION: region, AWS_ENDPOINT_URL_STS: endpoint, AWS_ROLE_ARNS: roles } = settingsOf(env)
  const credentials = roles.reduce<CredentialsProvider>(
    (masterCredentials, roleArn) =>
      fromTemporaryCredentials({ region, endpoint, roleArn, masterCredentials }),
    fromEnv({ env: Object(env) }),
  )
  return { region, endpoint, credentials }
}

/** All audiences that the policy has for anybody: no broker mints for another. */
export function audiencesOf(policy: Policy): string[] {
  const ofExchanges = Object.keys(policy.exchanges).flatMap(
    (name) => presetOf(policy, name).tokenRequest.audience,
  )
  return [...new Set([...policy.callers.flatMap(({ audiences }) => audiences), ...ofExchanges])]
}
