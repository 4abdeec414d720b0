// A Worker that does nothing but mint.

import { join } from 'node:path'

const ENVIRONMENT = join(import.meta.dirname, 'environment.ts')

/** It answers by the length of a token. @param path of the contestant */
export function mintingWorker(path: string): string {
  return `import { connect } from ${JSON.stringify(path)}
import { callerOf } from ${JSON.stringify(ENVIRONMENT)}
let mint
export default {
  async fetch(request, env) {
    mint ??= connect(callerOf(env))
    return new Response((await mint()).length)
  },
}`
}
