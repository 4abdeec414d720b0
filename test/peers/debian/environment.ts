// What a client that runs as a process of its own may know of this machine: nothing. No configuration or credentials of
// whoever runs the tests, no metadata service, no proxy, and Debian's programs before any other of the same name.

import { join } from 'node:path'
import type { EmulatorCredentials } from '../../../src/emulator/index.ts'

/** How to call the emulator, in the variables that the AWS CLI and the SDKs read. */
export interface Caller {
  /** `undefined` is nobody's. */
  readonly credentials: EmulatorCredentials | undefined
  readonly region?: string
}

/** The whole environment of such a process. */
export function environmentOf({ credentials, region = 'eu-west-1' }: Caller): Record<string, string> {
  return {
    PATH: '/usr/bin:/bin',
    HOME: '/nonexistent',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    // They may be older than the operations.
    AWS_DATA_PATH: join(import.meta.dirname, '../../vectors/aws-models'),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...(credentials !== undefined && variablesOf(credentials)),
  }
}

function variablesOf({
  accessKeyId,
  secretAccessKey,
  sessionToken,
}: EmulatorCredentials): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
  }
}
