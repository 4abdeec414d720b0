// What each contestant mints: the same token for the same caller.

/** Asks AWS STS once and gives the token. */
export type Mint = () => Promise<string>

/** Makes what mints, as the documentation of the contestant shows it. */
export type Connect = (caller: Caller) => Mint

/** Who asks, and whom: what a program is told from outside. */
export interface Caller {
  readonly region: string
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken: string
  }
  /** AWS's own when absent. */
  readonly endpoint?: string
}

export const AUDIENCE = 'https://api.example.com'
export const ALGORITHM = 'ES384'
export const DURATION_SECONDS = 600
