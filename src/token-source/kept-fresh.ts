/// <reference lib="esnext.disposable" preserve="true" />
// What every source has in common, whatever its tokens are: the code that renews them is loaded for the first one, who
// waits is let go by his own signal, and who comes after the end is refused.

import { withinDeadline } from '../http/deadline.ts'
import { disposed } from './disposed.ts'
import type { KeptToken } from './fresh-token.ts'
import type { Renewal } from './renewal.ts'
import { checkTokenCall, type TokenCallOptions } from './token-call-options.ts'

/** A token that is kept fresh. Its functions need no `this`. */
export interface KeptFresh {
  getToken(options?: TokenCallOptions): Promise<string>
  get(options?: TokenCallOptions): Promise<KeptToken>
  invalidate(token?: string): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * @param make loads what is needed only while there is no fresh token
 * @param timeout the bound on that, in milliseconds
 * @param most the longest validity that a caller may ask for, in milliseconds
 */
export function keptFresh(
  make: () => Promise<Renewal>,
  timeout: number,
  most = Number.POSITIVE_INFINITY,
): KeptFresh {
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

  async function get(options: TokenCallOptions | undefined): Promise<KeptToken> {
    const { signal, minimumValidity } = checkTokenCall(options, most)
    return (renewal ?? (await made(signal))).get(signal, minimumValidity)
  }

  return {
    // An `async` function would make two promises, and a token that is there needs only one.
    getToken(options) {
      const kept = options === undefined ? renewal?.peek() : undefined
      return kept === undefined ? get(options).then(textOf) : Promise.resolve(kept.value)
    },
    get,
    invalidate: async (token) => (renewal ?? (await made())).invalidate(token),
    async [Symbol.asyncDispose]() {
      isDisposed = true
      renewal?.dispose()
    },
  }
}

function textOf({ value }: KeptToken): string {
  return value
}
