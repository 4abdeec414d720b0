// Whose credentials `emulator.credentials` are.

import { InputError } from '../../errors.ts'
import type { EmulatorPrincipal } from './principal.ts'

/** AWS credentials in the shape that AWS's SDK and this package's clients take. */
export interface EmulatorCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** The one principal of an emulator that was told of none: its access key is of AWS's documentation, and opens nothing. */
export const developer: EmulatorPrincipal = {
  arn: 'arn:aws:iam::123456789012:user/developer',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

/** The first principal that has keys. */
export function firstSigner(principals: readonly EmulatorPrincipal[]): {
  credentials: EmulatorCredentials
  accountId: string
} {
  for (const { arn, accessKeyId, secretAccessKey, sessionToken } of principals) {
    if (accessKeyId === undefined || secretAccessKey === undefined) continue
    const credentials = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
    return { credentials, accountId: arn.split(':')[4] ?? '' }
  }
  throw new InputError('principals', 'must name at least one principal with an access key')
}
