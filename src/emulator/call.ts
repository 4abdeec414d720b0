// What an operation of an emulated service is given, and what it gives back.

import { type AccessDecision, accessDenied, describeDecision, policiesOf } from './account/access.ts'
import type { Account } from './account/account.ts'
import type { Caller } from './account/caller.ts'
import { type Circumstances, callerContext, resourceKeys, set } from './account/context.ts'
import type { Directory } from './account/directory.ts'
import { type ContextValue, evaluate } from './policy/evaluate.ts'
import { Fault } from './protocol/fault.ts'
import type { Parameter } from './protocol/form.ts'
import type { Result } from './protocol/response.ts'

/** A call to an operation. */
export interface Call extends Circumstances {
  readonly parameters: Parameter
  readonly directory: Directory
  /** Of the credential scope, or of the endpoint where nothing is signed. */
  readonly region: string
  /** Fetches the keys of the issuers that an account trusts. */
  readonly fetch: typeof fetch
  readonly trace: Trace
}

/** A call of a caller whose signature was verified. */
export interface SignedCall extends Call {
  readonly caller: Caller
  readonly account: Account
}

/** What whoever watches the emulator is told besides the answer. */
export interface Trace {
  decisions?: AccessDecision[]
  token?: MintedToken
}

/** A token without its signature. */
export interface MintedToken {
  readonly header: Readonly<Record<string, string>>
  readonly claims: Readonly<Record<string, unknown>>
}

/** An operation; `answer` throws a `Fault` for whatever AWS would refuse. */
export type Operation =
  | { readonly signed: true; readonly answer: (call: SignedCall) => Promise<Result> }
  | { readonly signed: false; readonly answer: (call: Call) => Promise<Result> }

/** An AWS service that speaks the Query protocol. */
export interface Service {
  /** As it is signed for. */
  readonly name: 'sts' | 'iam'
  readonly version: string
  /** Of its XML. */
  readonly namespace: string
  readonly operations: ReadonlyMap<string, Operation>
}

/** Refuses what the caller's own policies do not allow. */
export async function authorize(
  call: SignedCall,
  action: string,
  resource: string,
  keys: Readonly<Record<string, ContextValue>> = {},
): Promise<void> {
  const { caller, account, trace } = call
  const context = set(await callerContext(call), { ...resourceKeys(account), ...keys })
  const decision = evaluate({ action, resource, context }, policiesOf(caller, account))
  trace.decisions = [...(trace.decisions ?? []), describeDecision(action, resource, decision)]
  if (!decision.allowed) throw accessDenied(caller, action, resource, decision)
}

/** Refuses the sessions of GetFederationToken, which "can't call any AWS STS operations except GetCallerIdentity". */
export function refuseFederatedUser({ session }: Caller, operation: string): void {
  if (session?.kind !== 'federated user') return
  throw new Fault(403, 'AccessDenied', `${operation} does not support federated user sessions`)
}
