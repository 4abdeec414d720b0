// A Durable Object for each exchange: it trades the broker's tokens for access tokens, once for all isolates, and keeps
// them sealed in its storage over restarts.

import { DurableObject } from 'cloudflare:workers'
import type { TokenStore } from 'aws-web-identity'
import { brokeredTokenSource } from 'aws-web-identity/cloudflare'
import { type AccessTokenSource, createTokenExchange } from 'aws-web-identity/exchange'
import type { ProblemDetails } from '../http/problem.ts'
import { Problem } from '../http/problem.ts'
import type { LedgerBinding } from '../ledger/ledger-stub.ts'
import { Reporter } from '../ledger/reporter.ts'
import { presetOf } from '../policy/exchanges.ts'
import { loadPolicy } from '../policy/load-policy.ts'
import { type Settings, settingsOf } from '../settings.ts'
import { explain } from './explain.ts'
import type { BrokerBinding } from './token-broker.ts'

/** The binding of its class. */
export interface AccessTokenBinding {
  readonly ACCESS_TOKENS: DurableObjectNamespace<AccessTokenBroker>
}

/** An access token, or why there is none: a class of its own does not come through RPC. */
export type AccessTokenReply =
  | { readonly accessToken: string; readonly expiresAt: number; readonly scope?: string }
  | {
      readonly problem: ProblemDetails & {
        readonly status: number
        readonly code: string
        readonly message: string
      }
    }

/** Keeps the access token of one exchange. */
export class AccessTokenBroker extends DurableObject<Settings & LedgerBinding & BrokerBinding> {
  #source: AccessTokenSource | undefined

  /** For the Worker, which has asked the policy. @param exchange one of the policy's, after which the object is named */
  async accessToken(exchange: string): Promise<AccessTokenReply> {
    try {
      this.#source ??= this.#open(exchange)
      const { accessToken, expiration, scope } = await this.#source.get()
      return { accessToken, expiresAt: expiration.getTime(), ...(scope !== undefined && { scope }) }
    } catch (error) {
      const problem = explain(error)
      if (!(problem instanceof Problem)) throw problem
      const { status, code, message, members, headers, why } = problem
      return { problem: { status, code, message, members, headers, ...(why !== undefined && { why }) } }
    }
  }

  #open(exchange: string): AccessTokenSource {
    const preset = presetOf(loadPolicy(), exchange)
    const reporter = Reporter.of(this.env, this.ctx)
    reporter.keepsFor(preset.tokenRequest, exchange)
    const source = brokeredTokenSource(this.env.BROKER, preset.tokenRequest)
    return createTokenExchange(preset, source, {
      store: storeIn(this.ctx.storage),
      sealingKeys: settingsOf(this.env).SEALING_KEYS,
      // The store is this object's own.
      principal: exchange,
      storeTimeout: 5000,
      onEvent: (event) => reporter.onTokenEvent(event),
    })
  }
}

function storeIn(storage: DurableObjectStorage): TokenStore {
  return {
    get: (key) => storage.get(key),
    set(key, sealed) {
      // Of an exchange that was changed in the policy nothing stays: its key is another. Both are written together.
      void storage.deleteAll()
      return storage.put(key, sealed)
    },
    delete: (key) => storage.delete(key),
  }
}
