// A request on its way through the Worker.

import type { Env } from './env.ts'

/** A request on its way. */
export interface Incoming {
  readonly request: Request
  readonly env: Env
  readonly requestId: string
  readonly waitUntil: (promise: Promise<unknown>) => void
}
