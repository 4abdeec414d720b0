// The route `GET /token`: who asks, what for, and the token. Nothing is told to anybody without the secret.

import type { GetWebIdentityTokenInput } from 'aws-web-identity'
import { answer, Refusal } from './answer.ts'
import { authorize } from './authorize.ts'
import { type Env, readMinter, readTokenSecret } from './configuration.ts'
import { explain } from './explain.ts'
import { readQuery } from './query.ts'

/** @throws {Refusal} with the status and the words for the caller. */
export async function mintToken(request: Request, env: Env): Promise<Response> {
  await authorize(request, readTokenSecret(env))
  refuseOtherMethods(request)
  const { sts, audiences } = readMinter(env)
  const input = readQuery(new URL(request.url).searchParams)
  refuseOtherAudiences(input, audiences)
  try {
    return answer(200, await sts.getWebIdentityToken(input, { signal: request.signal }))
  } catch (error) {
    throw explain(error, request.signal)
  }
}

function refuseOtherMethods({ method }: Request): void {
  if (method === 'GET' || method === 'HEAD') return
  throw new Refusal(405, 'method_not_allowed', 'Only GET and HEAD.', { Allow: 'GET, HEAD' })
}

// Each one: a token for two audiences is good at both.
function refuseOtherAudiences({ audience }: GetWebIdentityTokenInput, allowed: readonly string[]): void {
  if (audience.every((one) => allowed.includes(one))) return
  throw new Refusal(403, 'audience_not_allowed', 'The Worker mints no tokens for this audience.')
}
