// A client for tests that look at one thing of it, and what it is answered.

import { StsClient, type StsClientOptions } from '../../src/index.ts'
import { CREDENTIALS } from './replies.ts'

export * from './replies.ts'

export function makeClient(options: Partial<StsClientOptions> = {}): StsClient {
  return new StsClient({ region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1, ...options })
}
