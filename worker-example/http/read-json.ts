// The body of a request as JSON: bounded, and in time, so that nobody holds a request open.

import { Problem } from './problem.ts'
import { readBytes } from './read-bytes.ts'

/** The most that a body may have, in bytes. */
const LONGEST_BODY = 16 * 1024
/** How long it is waited for, in milliseconds: half of what a caller waits for his token. */
const TIMEOUT = 5000

/** @throws {Problem} 415, 413, 408 or 400. */
export async function readJson(request: Request): Promise<unknown> {
  const [type = ''] = (request.headers.get('Content-Type') ?? '').split(';')
  // A page of another origin can't send this type without asking first (Fetch, section 2.2.2).
  if (type.trim().toLowerCase() !== 'application/json') {
    throw new Problem(415, 'unsupported_media_type', 'Send JSON, with Content-Type: application/json.', {
      headers: { Accept: 'application/json' },
    })
  }
  const text = await readText(request, LONGEST_BODY)
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem(400, 'invalid_json', 'The body is no JSON.')
  }
}

/** The body as text. @throws {Problem} 413 beyond that many bytes, 408 where it does not come, 400 where it is no UTF-8. */
export async function readText(request: Request, longest: number): Promise<string> {
  return decoded(await inTime(readBytes(request, longest)))
}

function inTime(reading: Promise<ArrayBuffer>): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Problem(408, 'request_timeout', `The body did not come within ${TIMEOUT / 1000} seconds.`))
    }, TIMEOUT)
    // What else goes wrong while a body is read is that its sender has gone.
    const failed = (error: unknown) =>
      reject(
        error instanceof Problem ? error : new Problem(499, 'client_closed_request', 'The caller has gone.'),
      )
    reading.then(resolve, failed).finally(() => clearTimeout(timer))
  })
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

function decoded(bytes: ArrayBuffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Problem(400, 'invalid_encoding', 'The body is no UTF-8.')
  }
}
