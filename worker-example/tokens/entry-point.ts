// For other Workers of the same Cloudflare account: through a service binding, without HTTP and without a secret.
// https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/rpc/

import { WorkerEntrypoint } from 'cloudflare:workers'
import type { Identified } from '../callers/identified.ts'
import { identifyWorker } from '../callers/identify.ts'
import type { Env } from '../env.ts'
import { Problem } from '../http/problem.ts'
import { problemOf } from '../http/problem-of.ts'
import { audit } from '../ledger/audit.ts'
import type { AuditLine } from '../ledger/audit-line.ts'
import { refusal } from '../ledger/refusal.ts'
import { loadPolicy } from '../policy/load-policy.ts'
import type { Policy } from '../policy/policy.ts'
import type { AskedAccessToken, AskedToken } from './asked.ts'
import type { Call } from './call.ts'
import { type GivenAccessToken, giveAccessToken } from './give-access-token.ts'
import { type GivenToken, giveToken } from './give-token.ts'
import { tokensError } from './tokens-error.ts'

/**
 * What the binding says of the Worker that has it. Only who may deploy this Worker can give such a binding its props, so
 * they need no proof. https://developers.cloudflare.com/workers/runtime-apis/context/#props
 */
export interface Props {
  /** The `serviceBinding` of a caller in the policy. */
  readonly caller?: string
}

/** The entry point that `[[services]]` of another Worker names. Its errors are `TokensError`. */
export class Tokens extends WorkerEntrypoint<Env, Props> {
  /** A web identity token. @throws {TokensError} with the codes of `POST /token` */
  getToken(asked: AskedToken): Promise<GivenToken> {
    return this.#called('token', (call) => giveToken(call, async () => asked))
  }

  /** An access token of another service. @throws {TokensError} with the codes of `POST /access-token` */
  getAccessToken(asked: AskedAccessToken): Promise<GivenAccessToken> {
    return this.#called('access-token', (call) => giveAccessToken(call, async () => asked))
  }

  async #called<Answer>(action: AuditLine['action'], give: (call: Call) => Promise<Answer>): Promise<Answer> {
    const requestId = crypto.randomUUID()
    try {
      const policy = loadPolicy()
      const identified = this.#identify(policy, { action, requestId })
      return await give({
        env: this.env,
        policy,
        identified,
        requestId,
        waitUntil: this.#waitUntil,
        signalOf: () => undefined,
      })
    } catch (error) {
      throw tokensError(problemOf(error, requestId), requestId)
    }
  }

  // Who is not known has no `Call`, and so would not be in the audit.
  #identify(policy: Policy, line: Pick<AuditLine, 'action' | 'requestId'>): Identified {
    try {
      return identifyWorker(this.ctx.props?.caller, policy)
    } catch (error) {
      if (error instanceof Problem) {
        const denied: AuditLine = { at: Date.now(), ...line, via: 'service-binding', ...refusal(error) }
        audit(this.env, denied, undefined, this.#waitUntil)
      }
      throw error
    }
  }

  readonly #waitUntil = (promise: Promise<unknown>): void => this.ctx.waitUntil(promise)
}
