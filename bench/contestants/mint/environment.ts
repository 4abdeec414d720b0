// How what mints is told who asks and whom: by the environment of a process or of a Worker, under AWS's own names.

import type { Caller } from './mint.ts'

type Environment = Readonly<Record<string, string>>

/** The environment of whoever mints at this endpoint: with the credentials of a session, as a serverless function has them. */
export function environmentFor(endpoint: string): Environment {
  return {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    AWS_SESSION_TOKEN: 'session-token'.repeat(50),
    AWS_ENDPOINT_URL_STS: endpoint,
  }
}

/** Who asks, by such an environment. */
export function callerOf(env: Partial<Environment>): Caller {
  return {
    region: env['AWS_REGION'] ?? '',
    credentials: {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
      sessionToken: env['AWS_SESSION_TOKEN'] ?? '',
    },
    endpoint: env['AWS_ENDPOINT_URL_STS'] ?? '',
  }
}
