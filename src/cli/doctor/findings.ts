// What the steps find out, for those behind them.

import type { Preset } from '../../exchange/preset.ts'
import type { ResolvedCredentials } from '../../query/credentials.ts'
import type { StsClient } from '../../sts/client.ts'
import type { GetCallerIdentityOutput } from '../../sts/get-caller-identity.ts'
import type { GetWebIdentityTokenInput } from '../../sts/get-web-identity-token-input.ts'
import type { AwsAccess, AwsLine } from '../aws/access.ts'
import type { Answer } from './answer.ts'
import type { Watch } from './watch.ts'

export interface Findings {
  readonly line: AwsLine
  /** The token that shall be had. */
  readonly wanted: GetWebIdentityTokenInput
  readonly watch: Watch
  readonly preset?: Preset
  /** The audience that the party has, unless its administrator entered another. */
  readonly usualAudience?: string
  /** Whether the party takes such a token, by what is known of it. */
  readonly isTaken?: true
  readonly access?: AwsAccess
  /** Absent where nobody named it. */
  readonly region?: string
  readonly credentials?: ResolvedCredentials
  readonly sts?: StsClient
  readonly identity?: Answer<GetCallerIdentityOutput>
  readonly caller?: GetCallerIdentityOutput
  /** `maybe` where IAM does not tell. */
  readonly federation?: 'on' | 'maybe'
  readonly issuer?: string
  /** What STS said to the request for the token, which was not for the permission's sake. */
  readonly minted?: Answer<string>
  readonly token?: string
  readonly jwksUri?: string
}
