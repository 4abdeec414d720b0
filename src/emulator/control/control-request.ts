// Reads a request to the control path, and refuses those that a page of another site may have sent.

import { readBody } from '../protocol/body.ts'
import { Fault } from '../protocol/fault.ts'
import { ControlError } from './control-error.ts'

/**
 * Browsers name the site that a request comes from (Fetch, `Origin`; Fetch Metadata, `Sec-Fetch-Site`). Another port
 * of loopback is another site: a page that is developed there has no business here either.
 */
export function refuseForeignSite({ headers, url }: Request): void {
  const site = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  if (
    (site !== null && site !== 'same-origin' && site !== 'none') ||
    (origin !== null && origin !== new URL(url).origin)
  ) {
    throw new ControlError(
      403,
      'origin',
      'must be the emulator itself: pages of other sites may not control it',
    )
  }
}

/**
 * The body's JSON. Its content type must say so, since that is what no site can send to another unasked (Fetch,
 * "CORS-safelisted request-header").
 */
export async function readJson(request: Request, whenEmpty: unknown): Promise<unknown> {
  if (!/^application\/json *(?:;|$)/i.test(request.headers.get('content-type') ?? '')) {
    throw new ControlError(415, 'content-type', 'must be application/json')
  }
  const text = await readText(request)
  if (text === '' && whenEmpty !== undefined) return whenEmpty
  try {
    return JSON.parse(text)
  } catch {
    throw new ControlError(400, 'the body', 'must be JSON')
  }
}

async function readText(request: Request): Promise<string> {
  try {
    return new TextDecoder().decode(await readBody(request))
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    throw new ControlError(error.statusCode, 'the body', 'is too long')
  }
}
