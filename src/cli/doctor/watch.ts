// A `fetch` that takes note of the server's time, which no reply of the client's holds.

import type { Fetch } from '../../http/fetch.ts'

export interface Watch {
  readonly fetch: Fetch
  /** How far the server's clock is ahead of this machine's, in milliseconds; `undefined` where none has told the time. */
  offset(): number | undefined
  /** The server's time, as far as it is known. */
  now(): number
}

export function watch(): Watch {
  let offset: number | undefined
  return {
    async fetch(url, init) {
      const response = await globalThis.fetch(url, init)
      const time = Date.parse(response.headers.get('date') ?? '')
      // A date has no fraction of a second: on average it is half of one behind.
      if (offset === undefined && !Number.isNaN(time)) offset = time + 500 - Date.now()
      return response
    },
    offset: () => offset,
    now: () => Date.now() + (offset ?? 0),
  }
}
