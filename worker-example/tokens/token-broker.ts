// The broker of the package, a Durable Object for each token, which tells the ledger what it does.

import { StsClient, type TokenRequest } from 'aws-web-identity'
import { type BrokerOptions, type BrokerReply, WebIdentityTokenBroker } from 'aws-web-identity/cloudflare'
import type { LedgerBinding } from '../ledger/ledger-stub.ts'
import { Reporter } from '../ledger/reporter.ts'
import { loadPolicy } from '../policy/load-policy.ts'
import { type Settings, settingsOf } from '../settings.ts'
import { audiencesOf, stsOptions } from './minting.ts'

/** The binding of its class. */
export interface BrokerBinding {
  readonly BROKER: DurableObjectNamespace<TokenBroker>
}

type Env = Settings & LedgerBinding

/** Mints one token, keeps it fresh, and gives it to all isolates. */
export class TokenBroker extends WebIdentityTokenBroker<Env> {
  static override options(env: Env, state: DurableObjectState): BrokerOptions {
    const reporter = Reporter.of(env, state)
    const sts = new StsClient({ ...stsOptions(env), onEvent: (event) => reporter.onStsEvent(event) })
    return {
      sts: {
        now: () => sts.now(),
        describeCaller: (options) => sts.describeCaller(options),
        getWebIdentityToken(input, options) {
          reporter.mints(input)
          return sts.getWebIdentityToken(input, options)
        },
      },
      audiences: audiencesOf(loadPolicy()),
      sealingKeys: settingsOf(env).SEALING_KEYS,
      onEvent: (event) => reporter.onTokenEvent(event),
    }
  }

  override async token(request: TokenRequest, refused?: string): Promise<BrokerReply> {
    const reporter = Reporter.of(this.env, this.ctx)
    reporter.keepsFor(request)
    const reply = await super.token(request, refused)
    if ('now' in reply) reporter.knowsTime(reply.now)
    return reply
  }
}
