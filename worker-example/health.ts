// Whether the Worker runs, and whether it can give a token now: to whoever asks, in a word and no more.

import type { Env } from './env.ts'
import { Problem } from './http/problem.ts'
import { presetOf } from './policy/exchanges.ts'
import { loadPolicy } from './policy/load-policy.ts'
import type { Policy } from './policy/policy.ts'
import { explain } from './tokens/explain.ts'
import { brokeredToken } from './tokens/give-token.ts'
import { patiently } from './tokens/patiently.ts'
import { DEFAULT_DURATION, inOrder, type WholeRequest, wholeRequest } from './whole-request.ts'

/** `GET /healthz`: the Worker runs. */
export function healthz(): Response {
  return Response.json({ status: 'ok' })
}

/**
 * `GET /readyz`: a token can be given now. One is got in the same way as for a caller, the first of the policy, so that
 * nothing is said that was not tried; while it is fresh it costs nothing.
 *
 * @throws {Problem} 503
 */
export async function readyz(env: Env): Promise<Response> {
  try {
    const policy = loadPolicy()
    await patiently(brokeredToken({ env, policy }, firstToken(policy)), () => undefined)
    return Response.json({ status: 'ready' })
  } catch (error) {
    const explained = explain(error)
    const why = explained instanceof Problem ? (explained.why ?? explained.message) : String(explained)
    console.error(`Not ready: ${why}`)
    throw new Problem(503, 'not_ready', 'No token can be given now.', { headers: { 'Retry-After': '5' } })
  }
}

function firstToken(policy: Policy): WholeRequest {
  const [caller] = policy.callers.filter(({ audiences }) => audiences.length > 0)
  if (caller !== undefined) {
    const { name, audiences, algorithms, maxDurationSeconds, tags } = caller
    const entries = [
      ...Object.entries(tags.fixed),
      // AWS must allow tags, too. Of what is known of a caller there is its name alone, as nobody calls.
      ...Object.entries(tags.fromCaller).map(
        ([key, fact]) => [key, fact === 'caller' ? name : 'readyz'] as const,
      ),
    ]
    return {
      audience: audiences.slice(0, 1),
      signingAlgorithm: algorithms[0] ?? 'ES384',
      durationSeconds: Math.min(DEFAULT_DURATION, maxDurationSeconds),
      tags: inOrder(entries.map(([key, value]) => ({ key, value }))),
    }
  }
  const [exchange] = Object.keys(policy.exchanges)
  if (exchange === undefined) throw new Problem(503, 'not_ready', 'The policy allows nobody anything.')
  return wholeRequest(presetOf(policy, exchange).tokenRequest)
}
