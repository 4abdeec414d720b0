// What a program that mints is told: as a Worker has it in its environment.

export interface MintEnv {
  /** The origin of STS. */
  readonly ENDPOINT: string
  readonly AWS_ACCESS_KEY_ID: string
  readonly AWS_SECRET_ACCESS_KEY: string
}
