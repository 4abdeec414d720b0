// An access token of another service for a caller: one of the policy's exchanges, from the Durable Object that keeps it.

import { Problem } from '../http/problem.ts'
import { presetOf } from '../policy/exchanges.ts'
import { wholeRequest } from '../whole-request.ts'
import type { AccessTokenReply } from './access-token-broker.ts'
import { allowAccessToken } from './allow.ts'
import { readAskedAccessToken } from './asked.ts'
import { audited, type Call } from './call.ts'
import { unavailable } from './explain.ts'
import { patiently } from './patiently.ts'

/** What a caller gets. */
export interface GivenAccessToken {
  readonly accessToken: string
  /** How it is shown (RFC 6750). */
  readonly tokenType: 'Bearer'
  readonly expiration: Date
  /** What it is good for, where the service said so. */
  readonly scope?: string
}

/** An object that was moved or restarted is called once more. */
const ATTEMPTS = 2

/**
 * @param read gives what was asked for: it is called when the caller is within its rate, and told to the audit where it fails
 * @throws {Problem} with the status and the words for the caller.
 */
export function giveAccessToken(call: Call, read: () => Promise<unknown>): Promise<GivenAccessToken> {
  return audited(call, 'access-token', async (tell) => {
    const { preset: exchange } = readAskedAccessToken(await read())
    tell({ exchange: exchange.slice(0, 140) })
    allowAccessToken(call.identified, exchange)
    const request = wholeRequest(presetOf(call.policy, exchange).tokenRequest)
    tell(request)
    const reply = await patiently(asked(call, exchange), call.signalOf)
    if ('problem' in reply) {
      const { status, code, message, ...details } = reply.problem
      throw new Problem(status, code, message, details)
    }
    const { accessToken, expiresAt, scope } = reply
    tell({ expiresAt })
    return {
      answer: {
        accessToken,
        tokenType: 'Bearer',
        expiration: new Date(expiresAt),
        ...(scope !== undefined && { scope }),
      },
      given: { keptFor: { exchange, ...request }, expiresAt },
    }
  })
}

async function asked({ env }: Call, exchange: string): Promise<AccessTokenReply> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // A stub is of no use after its object has failed.
      return await env.ACCESS_TOKENS.getByName(exchange).accessToken(exchange)
    } catch (error) {
      if (attempt === ATTEMPTS || Object(error).overloaded === true) {
        throw unavailable('The broker', String(error))
      }
    }
  }
}
