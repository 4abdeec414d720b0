// What the platform may do to Durable Objects at any time, on order.
// https://developers.cloudflare.com/durable-objects/best-practices/error-handling/

import type { V4WorkerOptions } from 'miniflare'

/** A Worker beside the others that aborts all Durable Objects, each time that it is asked. */
export const breaker: V4WorkerOptions = {
  name: 'breaker',
  modules: true,
  compatibilityDate: '2026-09-01',
  compatibilityFlags: ['unsafe_module'],
  script: `
    import unsafe from 'workerd:unsafe'
    export default {
      async fetch() {
        await unsafe.abortAllDurableObjects()
        return new Response()
      },
    }`,
}
