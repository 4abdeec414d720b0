// One of the things that a verifier looks at, and what came of it.

export type CheckName =
  | 'form'
  | 'algorithm'
  | 'header'
  | 'issuer'
  | 'keys'
  | 'key'
  | 'signature'
  | 'claims'
  | 'audience'
  | 'owner'
  | 'account'
  | 'organization'
  | 'times'

export interface Check {
  readonly name: CheckName
  readonly result: 'passed' | 'failed' | 'not looked at' | 'not checked'
  /** What the token has there; of a failure, the verifier's words. Empty where nothing is known. */
  readonly fact: string
}
