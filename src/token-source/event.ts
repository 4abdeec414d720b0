// What a token source tells while it works, for logs and metrics. Events are plain objects and never hold a token.

/** One thing that happened to a token source. */
export type TokenSourceEvent =
  | TokenEvent
  | RefreshFailedEvent
  | DurationCutEvent
  | InvalidatedEvent
  | StoreEvent

/** A new token is there. */
export interface TokenEvent {
  readonly type: 'token'
  /** Who gave it: AWS, the store, a broker, or a relying party in exchange for another. */
  readonly from: 'sts' | 'store' | 'broker' | 'exchange'
  readonly expiration: Date
}

/** No new token could be had. */
export interface RefreshFailedEvent {
  readonly type: 'refresh_failed'
  /** The `code` of the error; `unknown` where it has none. */
  readonly errorCode: string
  /**
   * What went wrong, and what to do about it where that is known: the message of an error of this package, none of which holds
   * a secret. `undefined` for any other error, such as that of an `sts` of your own: nobody knows what it says.
   */
  readonly message: string | undefined
  /** What to do about it, in one sentence: the end of the message. `undefined` where that is not known. */
  readonly remedy: string | undefined
  /** The id of the request that AWS or the party refused, for their support; `undefined` where none is known. */
  readonly requestId: string | undefined
  /** Until when nobody is asked again, in milliseconds from now. */
  readonly delay: number
  /** Whether a token is there that is still good for all who wait, so that no caller noticed. */
  readonly isCovered: boolean
}

/** The session of the credentials ends soon: a shorter token is asked for. */
export interface DurationCutEvent {
  readonly type: 'duration_cut'
  /** What is asked for now, in seconds. */
  readonly durationSeconds: number
}

/** The current token was dropped by `invalidate`. */
export interface InvalidatedEvent {
  readonly type: 'invalidated'
}

/** The store failed, or what it held was of no use: tokens go on without it. */
export interface StoreEvent {
  readonly type: 'store_failed' | 'store_rejected'
  readonly action: 'get' | 'set' | 'delete'
  /** Such as `timeout`, or `unsealable`. Never what the store said, which may hold what it was given. */
  readonly reason: string
}

/** Receives events. It is called synchronously; whatever it throws is ignored, and nothing waits for it. */
export type OnTokenSourceEvent = (event: TokenSourceEvent) => void
