/// <reference lib="esnext.disposable" preserve="true" />
// What every source has in common, whatever its tokens are: the code that renews them is loaded for the first one, who
// waits is let go by his own signal, and who comes after the end is refused.

import { InputError } from '../errors.ts'
import { withinDeadline } from '../http/deadline.ts'
import { type CallOptions, isSignal } from '../query/call-options.ts'
import { disposed } from './disposed.ts'
import type { KeptToken } from './fresh-token.ts'
import type { Renewal } from './renewal.ts'

/** A token that is kept fresh. Its functions need no `this`. */
export interface KeptFresh {
  getToken(options?: CallOptions): Promise<string>
  get(options?: CallOptions): Promise<KeptToken>
  invalidate(token?: string): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * @param make loads what is needed only while there is no fresh token
 * @param timeout the bound on that, in milliseconds
 */
export function keptFresh(make: () => Promise<Renewal>, timeout: number): KeptFresh {
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

  async function get(options: CallOptions | undefined): Promise<KeptToken> {
    const signal = signalOf(options)
    return (renewal ?? (await made(signal))).get(signal)
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

// SDKs call with a context of their own, of which only a signal means something here.
function signalOf(options: CallOptions | undefined): AbortSignal | undefined {
  if (isSignal(options)) throw new InputError('options', 'must be { signal }, not the signal itself')
  const signal: unknown = options?.signal ?? undefined // `fetch` takes null as well
  if (signal === undefined || isSignal(signal)) return signal
  throw new InputError('signal', 'must be an AbortSignal')
}
