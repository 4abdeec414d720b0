// The session that a principal's own credentials stand for, with the claims that follow from where it runs.

import type { Session } from './caller.ts'
import type { Identity } from './identity.ts'
import type { EmulatorCompute, EmulatorPrincipal } from './principal.ts'

/** What a principal signs by: a role by a session, a user by itself unless its keys carry a token. */
export function givenSession({ kind }: Identity, principal: EmulatorPrincipal): Session | null {
  const { sessionToken, sessionExpiration, sessionName, sessionTags, sourceIdentity } = principal
  if (kind === 'user' && sessionToken === undefined && sessionExpiration === undefined) return null
  return {
    kind,
    name: kind === 'role' ? (sessionName ?? 'emulator') : '',
    expiration: sessionExpiration?.getTime() ?? null,
    issuedAt: null,
    tags: { ...sessionTags },
    transitiveTagKeys: [],
    sourceIdentity,
    policies: undefined,
    claims: { ...claimsOf(principal.runsOn), ...identityCenterClaims(principal) },
  }
}

// IAM's "Understanding token claims", session context claims.
function claimsOf(compute: EmulatorCompute | undefined): Record<string, string> {
  switch (compute?.service) {
    case 'lambda':
      return { lambda_source_function_arn: compute.functionArn }
    case 'ec2':
      return {
        ec2_source_instance_arn: compute.instanceArn,
        ec2_instance_source_vpc: compute.vpc,
        ec2_instance_source_private_ipv4: compute.privateIpv4,
        ec2_role_delivery: '2.0',
      }
    case 'glue':
      return { glue_credential_issuing_service: 'glue.amazonaws.com' }
    default:
      return {}
  }
}

function identityCenterClaims({ identityCenterUser: user }: EmulatorPrincipal): Record<string, string> {
  return user === undefined ? {} : { identity_store_user_id: user.userId, identity_store_arn: user.storeArn }
}
