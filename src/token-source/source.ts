/// <reference lib="esnext.disposable" preserve="true" />
// What an application holds: a source that always has a fresh token, in the shapes that other SDKs ask for.

import { InputError } from '../errors.ts'
import { withinDeadline } from '../http/deadline.ts'
import { type CallOptions, isSignal } from '../query/call-options.ts'
import type { GetWebIdentityTokenOutput } from '../sts/get-web-identity-token.ts'
import { disposed } from './disposed.ts'
import type { KeptToken } from './fresh-token.ts'
import type { Renewal } from './renewal.ts'

/**
 * Always has a fresh token: one that has at least `minimumValidity` left by the server's clock. Its functions need no
 * `this`, and it fits where an SDK asks for a token: OpenAI's `workloadIdentity.provider`, Google's
 * `subject_token_supplier`, and as `source.getToken` wherever a function is wanted.
 *
 * **It never hangs.** Who waits for a token is let go by his own `signal`, by the flight's end (its `timeout`), or, where
 * the request that began the flight was dropped by a Worker's platform together with its I/O, within some three seconds
 * by taking over: the flight beats like a heart, and when it stands still those who wait begin another.
 */
export interface TokenSource {
  /** `jwt`, as OpenAI's SDK wants to be told. */
  readonly tokenType: 'jwt'
  /**
   * A fresh token. It costs no request while one is kept; 10,000 who ask at once cause one.
   *
   * @param options with a `signal` that ends the wait of this caller alone. What SDKs pass besides is ignored.
   * @throws {WebIdentityError} what `StsClient.getWebIdentityToken` throws, where there is no fresh token and none can be
   * had. While nothing is asked, in the steps of a backoff, it is the last error again.
   */
  getToken(options?: CallOptions): Promise<string>
  /** The same, with the time at which the token ends. */
  get(options?: CallOptions): Promise<GetWebIdentityTokenOutput>
  /** `getToken` by the name that google-auth-library calls, without the context that it passes. */
  getSubjectToken(): Promise<string>
  /**
   * Drops the token after a relying party has refused it: the current one, or that one only if it still is the current
   * one, so that a hundred late refusals mint once. The next caller gets a new one. It resolves when the store, if there
   * is one, has dropped it too, or has failed to.
   */
  invalidate(token?: string): Promise<void>
  /** Ends a flight under way and forgets the token. Who asks after that is refused with the code `disposed`. */
  [Symbol.asyncDispose](): Promise<void>
}

/** As much of a source as shows its token and learns that it was refused. */
export type BearerSource = Pick<TokenSource, 'getToken' | 'invalidate'>

/**
 * @param make loads what is needed only while there is no fresh token
 * @param timeout the bound on that, in milliseconds
 */
export function sourceOf(make: () => Promise<Renewal>, timeout: number): TokenSource {
  let renewal: Renewal | undefined
  let isDisposed = false

  // Each caller waits for himself: a promise that callers share could be lost with the first one's request.
  async function made(signal?: AbortSignal): Promise<Renewal> {
    if (isDisposed) throw disposed()
    const another = await withinDeadline(timeout, signal, (deadline) => {
      deadline.waitingFor('the code that renews the token', 0)
      return make()
    })
    if (isDisposed) throw disposed()
    renewal ??= another
    return renewal
  }

  async function wait(options: CallOptions | undefined): Promise<KeptToken> {
    const signal = signalOf(options)
    return (renewal ?? (await made(signal))).get(signal)
  }

  // An `async` function would make two promises, and a token that is there needs only one.
  function getToken(options?: CallOptions): Promise<string> {
    const kept = options === undefined ? renewal?.peek() : undefined
    return kept === undefined ? wait(options).then(tokenOf) : Promise.resolve(kept.webIdentityToken)
  }

  return {
    tokenType: 'jwt',
    getToken,
    async get(options) {
      const { webIdentityToken, expiresAt } = await wait(options)
      return { webIdentityToken, expiration: new Date(expiresAt) }
    },
    getSubjectToken: () => getToken(),
    invalidate: async (token) => (renewal ?? (await made())).invalidate(token),
    async [Symbol.asyncDispose]() {
      isDisposed = true
      renewal?.dispose()
    },
  }
}

function tokenOf({ webIdentityToken }: KeptToken): string {
  return webIdentityToken
}

// SDKs call with a context of their own, of which only a signal means something here.
function signalOf(options: CallOptions | undefined): AbortSignal | undefined {
  if (isSignal(options)) throw new InputError('options', 'must be { signal }, not the signal itself')
  const signal: unknown = options?.signal ?? undefined // `fetch` takes null as well
  if (signal === undefined || isSignal(signal)) return signal
  throw new InputError('signal', 'must be an AbortSignal')
}
