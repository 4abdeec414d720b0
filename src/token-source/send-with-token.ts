// Sends a request with a token, and once more with a new one where that is refused. Loaded with the first request that
// gets a token.

import { InputError } from '../errors.ts'
import type { FetchFunction } from '../http/fetch.ts'
import { canBeSentAgain, type OutgoingRequest, redirectModeOf } from './outgoing-request.ts'
import { isRedirect, notFollowed, redirectedRequest } from './redirect.ts'
import type { BearerSource } from './source.ts'

export type SendWithToken = (outgoing: OutgoingRequest) => Promise<Response>

/** As many as the Fetch standard allows. */
const MOST_REDIRECTS = 20
/** A redirect to another origin loses these; browsers let nobody set the last two. */
const ORIGIN_HEADERS = ['authorization', 'proxy-authorization', 'cookie', 'host']

export function sendWithToken(fetch: FetchFunction, source: BearerSource): SendWithToken {
  // A new token that was refused at once. It is not given up again: the receiver would refuse the next one, too, and each
  // request would mint.
  let refused: string | undefined
  let invalidated: string | undefined

  async function send({ url, request, init }: OutgoingRequest, token: string): Promise<Response> {
    // A header that is refused would be shown in the platform's message.
    if (!/^[\w.~+/=-]+$/.test(token)) throw new InputError('source', 'must give a bearer token')
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${token}`)
    return fetch(request ?? url.href, { ...init, headers, redirect: 'manual' })
  }

  /** Sent once or twice, always to one address. */
  async function sendWithFreshToken(outgoing: OutgoingRequest, mayRepeat: boolean) {
    const { signal } = outgoing
    const wait = signal && { signal }
    const token = await source.getToken(wait)
    const response = await send(outgoing, token)
    const isNew = token !== invalidated && invalidated !== undefined
    if (response.status === 401 && (!mayRepeat || (isNew && !canBeSentAgain(outgoing)))) refused = token
    if (response.status !== 401 || token === refused) return { response, isRepeated: false }
    invalidated = token
    await untilAborted(source.invalidate(token), signal)
    if (!canBeSentAgain(outgoing)) return { response, isRepeated: false }
    response.body?.cancel().catch(() => {}) // how it ends is nobody's concern
    const another = await source.getToken(wait)
    const second = await send(outgoing, another)
    if (second.status === 401) refused = another
    return { response: second, isRepeated: true }
  }

  return async (first) => {
    const mode = redirectModeOf(first)
    let outgoing = first
    let mayRepeat = true
    for (let redirects = 0; ; redirects += 1) {
      const { response, isRepeated } = await sendWithFreshToken(outgoing, mayRepeat)
      mayRepeat &&= !isRepeated
      if (mode === 'manual' || !isRedirect(response)) return response
      if (mode === 'error') throw notFollowed(outgoing, response, 'which the request does not allow')
      if (redirects === MOST_REDIRECTS)
        throw notFollowed(outgoing, response, `after ${MOST_REDIRECTS} others`)
      const next = redirectedRequest(outgoing, response)
      if (next === undefined) return response
      response.body?.cancel().catch(() => {}) // nobody reads it
      if (next.url.origin !== outgoing.url.origin) return fetch(next.url.href, withoutOrigin(next))
      outgoing = next
    }
  }
}

/** How it fails is told by its events: a refusal is not replaced by that. */
async function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  let abort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal?.reason)
    signal?.addEventListener('abort', abort)
  })
  try {
    await Promise.race([work.catch(() => {}), aborted])
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

// By the platform's own hand, which never learns of the token.
function withoutOrigin({ init }: OutgoingRequest): RequestInit {
  const headers = new Headers(init.headers)
  for (const name of ORIGIN_HEADERS) headers.delete(name)
  return { ...init, headers }
}
