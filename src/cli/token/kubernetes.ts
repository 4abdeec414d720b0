// What kubectl reads from a credential plugin.
// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins

import { Complaint } from '../complaint.ts'

const group = 'client.authentication.k8s.io'
const versions = [`${group}/v1`, `${group}/v1beta1`]

/**
 * The version that the one who asks wants, as he says in KUBERNETES_EXEC_INFO; v1 where he says nothing.
 *
 * @throws {Complaint} where he wants another than these
 */
export function execCredentialVersion(execInfo: string | undefined): string {
  if (execInfo === undefined || execInfo === '') return `${group}/v1`
  const wanted = apiVersionOf(execInfo)
  const version = versions.find((one) => one === wanted)
  if (version !== undefined) return version
  throw new Complaint(
    `KUBERNETES_EXEC_INFO asks for ${wanted ?? 'no apiVersion that can be read'}: write one of ${versions.join(' and ')} into the kubeconfig.`,
  )
}

export function execCredential(apiVersion: string, token: string, expiration: Date): object {
  return {
    apiVersion,
    kind: 'ExecCredential',
    // RFC 3339; Kubernetes writes its own times without a fraction.
    status: { expirationTimestamp: expiration.toISOString().replace(/\.\d+Z$/, 'Z'), token },
  }
}

function apiVersionOf(execInfo: string): string | undefined {
  try {
    const info: unknown = JSON.parse(execInfo)
    if (typeof info !== 'object' || info === null || !('apiVersion' in info)) return undefined
    return typeof info.apiVersion === 'string' ? info.apiVersion : undefined
  } catch {
    return undefined
  }
}
