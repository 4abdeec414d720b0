// Where AWS is and as whom it is called: from the options of the line, the environment, and a profile.
// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-quickstart.html#cli-configure-quickstart-precedence

import { defaultProvider } from '../../credentials/default-provider.ts'
import type { IamClientOptions } from '../../iam/client.ts'
import type { CredentialsProvider } from '../../query/credentials.ts'
import type { StsClientOptions } from '../../sts/client.ts'
import type { OptionValues } from '../command.ts'
import { UsageError } from '../complaint.ts'
import type { awsOptions } from './options.ts'
import { profileNamed } from './profile.ts'

/** What was on the line. */
export type AwsLine = OptionValues<typeof awsOptions>

/** What clients are made of. */
export interface AwsAccess {
  readonly region: string
  readonly credentials: CredentialsProvider
  /** The profile that the credentials are of; `undefined` where they are found elsewhere. */
  readonly profile: string | undefined
  /** For `new StsClient`. */
  readonly sts: StsClientOptions
  /** For `new IamClient`. */
  readonly iam: IamClientOptions
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * @throws {UsageError} where no region is known
 * @throws {CredentialsError} where a profile is named and can't be read
 */
export async function awsAccess(line: AwsLine, env: Env = process.env): Promise<AwsAccess> {
  const named = line.profile ?? (hasKeys(env) ? undefined : nonEmpty(env['AWS_PROFILE']))
  const profile = named === undefined ? undefined : await profileNamed(named)
  const region =
    line.region ??
    nonEmpty(env['AWS_REGION']) ??
    nonEmpty(env['AWS_DEFAULT_REGION']) ??
    (await profile?.region())
  if (region === undefined) {
    throw new UsageError(
      'No AWS region is known: name it by --region, AWS_REGION or AWS_DEFAULT_REGION, or in the profile',
    )
  }
  const stsEndpoint = endpointOf('STS', line, env)
  const credentials = profile?.credentials(region) ?? defaultProvider({ region, endpoint: stsEndpoint })
  return {
    region,
    credentials,
    profile: named,
    sts: { region, credentials, endpoint: stsEndpoint },
    iam: { region, credentials, endpoint: endpointOf('IAM', line, env) },
  }
}

// As `aws` has it: keys in the environment go before AWS_PROFILE, and --profile goes before them.
function hasKeys(env: Env): boolean {
  return nonEmpty(env['AWS_ACCESS_KEY_ID']) !== undefined
}

function endpointOf(service: 'STS' | 'IAM', line: AwsLine, env: Env): string | undefined {
  return (
    line['endpoint-url'] ?? nonEmpty(env[`AWS_ENDPOINT_URL_${service}`]) ?? nonEmpty(env['AWS_ENDPOINT_URL'])
  )
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}
