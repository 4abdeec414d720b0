// An emulator of the test's own over HTTP, and the environment by which a command finds it and nothing else.

import { onTestFinished } from 'vitest'
import { createEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/index.ts'
import { serve } from '../../src/emulator/node.ts'
import { temporaryDirectory } from './run-cli.ts'

export interface Served {
  readonly emulator: Emulator
  readonly env: Record<string, string>
  /** Whatever of the credentials may stand nowhere. */
  readonly secrets: readonly string[]
}

export async function servedEmulator(options: EmulatorOptions = {}): Promise<Served> {
  const emulator = createEmulator(options)
  const { url, close } = await serve(emulator)
  onTestFinished(close)
  const { accessKeyId, secretAccessKey, sessionToken } = emulator.credentials
  return {
    emulator,
    env: {
      ...bareEnvironment(),
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
    },
    secrets: [secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken])],
  }
}

/** Without credentials, whatever the machine of the test has. As everywhere, an empty variable is an absent one. */
export function bareEnvironment(): Record<string, string> {
  const inherited = Object.keys(process.env).filter((name) => name.startsWith('AWS_'))
  return {
    ...Object.fromEntries(inherited.map((name) => [name, ''])),
    HOME: temporaryDirectory(),
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}

const role = 'arn:aws:iam::123456789012:role/outbound/worker'

/** A session of a role with a path. */
export const session = {
  arn: role,
  accessKeyId: 'ASIAWORKER',
  secretAccessKey: 'worker-secret-key-worker-secret-key',
  sessionToken: 'worker-session-token-worker-session-token',
  sessionName: 'nightly',
} as const
