// A part of this package that is loaded when it is needed, and not in the way of what comes before. In a bundled
// application it is a chunk, which a deployment may have taken away from under a page that is still open.

import { WebIdentityError } from './errors.ts'

/**
 * A function that gives the part, and loads it the first time. A load that fails is tried once more at once, and anew by
 * whoever asks next: no failure is kept here. A browser may keep it itself until the page is reloaded: Firefox 153 does, Chromium 156 does not.
 *
 * @throws {WebIdentityError} with the code `module_unavailable`.
 * @see https://github.com/whatwg/html/pull/10327
 */
export function onDemand<Part>(load: () => Promise<Part>): () => Promise<Part> {
  // What was loaded and not its promise, which in a Worker could be lost with the request that began it.
  let part: Part | undefined
  return async () => {
    part ??= await load().catch(load).catch(unavailable)
    // As rollup gives it where all is in one file, and the program awaits a token at its top level.
    return part ?? unavailable(new Error('The module comes later in the file than what waits for it.'))
  }
}

function unavailable(cause: unknown): never {
  throw new WebIdentityError(
    'module_unavailable',
    'A part of aws-web-identity could not be loaded. If the application was deployed anew, the modules of the old one are gone: reload the page, or start the process again. If the network was down, call again; a browser may need the page reloaded for that, too.',
    { cause },
  )
}
