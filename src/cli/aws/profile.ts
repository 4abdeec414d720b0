// A profile of ~/.aws, through the AWS SDK, which knows all that may stand there: keys, roles, SSO, processes. It is
// loaded where a profile is wanted, and need not be installed: whoever has none is not made to install it.
// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html

import { causeOf, reasonOf } from '../../credentials/failure.ts'
import { CredentialsError } from '../../errors.ts'
import type { Credentials, CredentialsProvider } from '../../query/credentials.ts'
import { exportCredentials } from './export-credentials.ts'
import { type Installed, installedModule } from './installed-module.ts'

export interface Profile {
  /** `undefined` where it names none. */
  region(): Promise<string | undefined>
  credentials(region: string): CredentialsProvider
}

/** @throws {CredentialsError} where nothing that reads profiles is installed */
export async function profileNamed(name: string): Promise<Profile> {
  const sdk =
    (await installedModule('@aws-sdk/credential-providers')) ??
    (await installedModule('@aws-sdk/credential-provider-ini'))
  const files = await filesReader(sdk)
  if (sdk === undefined && files === undefined) throw notInstalled(name)
  const read = async () => (files === undefined ? undefined : profileIn(await files(), name))
  return {
    region: async () => (await read())?.['region'],
    credentials: (region) =>
      sdk === undefined ? keysOf(name, read) : guarded(name, fromIni(sdk, name, region)),
  }
}

type Members = Readonly<Record<string, string | undefined>>

interface Files {
  readonly configFile?: Readonly<Record<string, Members>>
  readonly credentialsFile?: Readonly<Record<string, Members>>
}

// The SDK's reader of files is a module of its own up to a version of 2026, and a part of another since.
async function filesReader(sdk: Installed | undefined): Promise<(() => Promise<Files>) | undefined> {
  const places = sdk === undefined ? [] : [sdk.place]
  const reader =
    (await installedModule('@smithy/shared-ini-file-loader', ...places)) ??
    (await installedModule('@smithy/core/config', ...places))
  const load = reader?.exports['loadSharedConfigFiles']
  // The SDK's documentation is what says what it resolves to.
  return typeof load === 'function' ? (load as () => Promise<Files>) : undefined
}

// As the SDK merges them: the file of credentials goes first.
function profileIn({ configFile, credentialsFile }: Files, name: string): Members {
  const found = { ...configFile?.[name], ...credentialsFile?.[name] }
  if (Object.keys(found).length > 0) return found
  throw new CredentialsError(
    `There is no profile ${name} in the configuration of AWS (~/.aws/config and ~/.aws/credentials).`,
  )
}

function fromIni({ exports }: Installed, profile: string, region: string): CredentialsProvider {
  const make = exports['fromIni']
  if (typeof make !== 'function') throw notInstalled(profile)
  const provider: unknown = make({ profile, clientConfig: { region } })
  // The SDK's own type says so; what it gives is checked where it is used.
  return provider as CredentialsProvider
}

function keysOf(name: string, read: () => Promise<Members | undefined>): CredentialsProvider {
  return async (): Promise<Credentials> => {
    const {
      aws_access_key_id: accessKeyId,
      aws_secret_access_key: secretAccessKey,
      aws_session_token: sessionToken,
      role_arn: role,
    } = (await read()) ?? {}
    if (accessKeyId === undefined || secretAccessKey === undefined || role !== undefined)
      throw notInstalled(name)
    return { accessKeyId, secretAccessKey, sessionToken }
  }
}

// The SDK's errors quote what stands in the files, but no secrets; what they hold besides is left behind.
function guarded(name: string, provider: CredentialsProvider): CredentialsProvider {
  return async (options) => {
    try {
      return await provider(options)
    } catch (error) {
      throw new CredentialsError(
        `The profile ${name} gives no credentials: ${reasonOf(error)}`,
        causeOf(error),
      )
    }
  }
}

function notInstalled(name: string): CredentialsError {
  return new CredentialsError(
    `The profile ${name} needs the AWS SDK to be read: npm install @aws-sdk/credential-providers, or, with the AWS CLI, ${exportCredentials(name)}.`,
  )
}
