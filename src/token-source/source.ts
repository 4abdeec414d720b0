/// <reference lib="esnext.disposable" preserve="true" />
// What an application holds: a source that always has a fresh token, in the shapes that other SDKs ask for.

import type { GetWebIdentityTokenOutput } from '../sts/get-web-identity-token.ts'
import { keptFresh } from './kept-fresh.ts'
import type { Renewal } from './renewal.ts'
import type { TokenCallOptions } from './token-call-options.ts'

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
   * @param options with a `signal` that ends the wait of this caller alone, and the `minimumValidity` that he needs. What SDKs
   * pass besides is ignored.
   * @throws {InputError} for more `minimumValidity` than a source may have. @throws {ResponseError} no token with so much left
   * could be had.
   * @throws {WebIdentityError} what `StsClient.getWebIdentityToken` throws, where there is no fresh token and none can be
   * had. While nothing is asked, in the steps of a backoff, it is the last error again.
   */
  getToken(options?: TokenCallOptions): Promise<string>
  /** The same, with the time at which the token ends. */
  get(options?: TokenCallOptions): Promise<GetWebIdentityTokenOutput>
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
 * @param most the longest validity that a caller may ask for, in milliseconds
 */
export function sourceOf(make: () => Promise<Renewal>, timeout: number, most: number): TokenSource {
  const { getToken, get, ...kept } = keptFresh(make, timeout, most)
  return {
    tokenType: 'jwt',
    getToken,
    async get(options) {
      const { value, expiresAt } = await get(options)
      return { webIdentityToken: value, expiration: new Date(expiresAt) }
    },
    getSubjectToken: () => getToken(),
    ...kept,
  }
}
