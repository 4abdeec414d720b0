// The route `GET /token`: who asks, what for, and the token. Nothing is told to anybody without the secret.

import type { TokenSource, TokenSourceRequest } from 'aws-web-identity'
import { answer, Refusal } from './answer.ts'
import { authorize } from './authorize.ts'
import { type Env, readSources, readTokenSecret } from './configuration.ts'
import { explain, explainRequest } from './explain.ts'
import { readQuery } from './query.ts'

/** How long a caller is kept waiting, in milliseconds. The broker may go on after that. */
const PATIENCE = 5000

/** @throws {Refusal} with the status and the words for the caller. */
export async function giveToken(request: Request, env: Env): Promise<Response> {
  await authorize(request, readTokenSecret(env))
  refuseOtherMethods(request)
  const source = sourceFor(readQuery(new URL(request.url).searchParams), env)
  const patience = AbortSignal.timeout(PATIENCE)
  try {
    return answer(200, await source.get({ signal: AbortSignal.any([request.signal, patience]) }))
  } catch (error) {
    throw explain(error, { client: request.signal, patience })
  }
}

function sourceFor(request: TokenSourceRequest, env: Env): TokenSource {
  const sources = readSources(env)
  try {
    return sources.sourceFor(request)
  } catch (error) {
    throw explainRequest(error)
  }
}

function refuseOtherMethods({ method }: Request): void {
  if (method === 'GET' || method === 'HEAD') return
  throw new Refusal(405, 'method_not_allowed', 'Only GET and HEAD.', { Allow: 'GET, HEAD' })
}
