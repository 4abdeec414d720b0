// What a client tells of its calls while they run, for logs, traces and metrics. Events are plain objects and
// never hold a secret.

/** One thing that happened during a call. `operation` is AWS's name, `attempt` counts from 1. */
export type ClientEvent = CredentialsEvent | RequestEvent | ResponseEvent | RetryEvent | ClockEvent

/** Credentials were obtained for a call. */
export interface CredentialsEvent {
  readonly type: 'credentials'
  readonly operation: string
  /** Whether the provider was asked for others than it gave before, because AWS refused those. */
  readonly forceRefresh: boolean
  /** When they end, where that is known. */
  readonly expiration: Date | undefined
  /** How long it took, in milliseconds. */
  readonly duration: number
}

/** A request goes out. */
export interface RequestEvent {
  readonly type: 'request'
  readonly operation: string
  readonly attempt: number
  /** Where to: scheme, host and port. */
  readonly origin: string
  readonly signingRegion: string
}

/** An attempt whose request was sent ended: with a response, or without one. */
export interface ResponseEvent {
  readonly type: 'response'
  readonly operation: string
  readonly attempt: number
  /** The HTTP status; `undefined` when no response came. */
  readonly statusCode: number | undefined
  /** AWS's id of the request; `undefined` when the response named none, or was not looked at. */
  readonly requestId: string | undefined
  /** The `code` of the attempt's error; `aborted` when the caller's signal ended it, `undefined` when it succeeded. */
  readonly errorCode: string | undefined
  /** From before the signature to the end of the body, in milliseconds. */
  readonly duration: number
}

/** The attempt failed, and another follows. */
export interface RetryEvent {
  readonly type: 'retry'
  readonly operation: string
  /** The attempt that failed. */
  readonly attempt: number
  /** The `code` of its error. */
  readonly errorCode: string
  /** How long the client waits before the next attempt, in milliseconds. */
  readonly delay: number
}

/** The client learnt that its clock is off, and signs by the server's from now on. */
export interface ClockEvent {
  readonly type: 'clock'
  readonly operation: string
  /** How far the server's clock is ahead of this machine's, in milliseconds. */
  readonly offset: number
}

/** Receives events. It is called synchronously; whatever it throws is ignored, and nothing waits for it. */
export type OnEvent = (event: ClientEvent) => void

/** Tells an event. Who watches must not be able to break what is watched, be it by a promise that rejects. */
export function emit<Event>(onEvent: ((event: Event) => void) | undefined, event: Event): void {
  if (onEvent === undefined) return
  new Promise<void>((resolve) => resolve(onEvent(event))).catch(() => {})
}
