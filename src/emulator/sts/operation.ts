// What an operation of the emulated service is given, once the caller is known.

import type { Principal } from '../account/principal.ts'
import type { Issuer } from '../issuer/issuer.ts'
import type { Parameter } from '../protocol/form.ts'

/** One authenticated call. */
export interface OperationCall {
  readonly parameters: Parameter
  readonly principal: Principal
  /** The region of the credential scope. */
  readonly region: string
  /** The server's clock in milliseconds. */
  readonly now: number
  readonly issuer: Issuer
  readonly federationEnabled: boolean
}

/** Answers the members of the operation's result in their order, or throws a `Fault`. */
export type Operation = (call: OperationCall) => Promise<Readonly<Record<string, string>>>
