// A small form as a browser sends it. https://url.spec.whatwg.org/#application/x-www-form-urlencoded

import { Problem } from '../http/problem.ts'
import { readText } from '../http/read-json.ts'

const MEDIA_TYPE = 'application/x-www-form-urlencoded'
const LONGEST_BODY = 4096

/** @throws {Problem} 400, 408, 413 or 415 */
export async function readForm(request: Request): Promise<URLSearchParams> {
  const [type = ''] = (request.headers.get('Content-Type') ?? '').split(';')
  if (type.trim().toLowerCase() !== MEDIA_TYPE) {
    throw new Problem(415, 'unsupported_media_type', `The body must be ${MEDIA_TYPE}.`)
  }
  return new URLSearchParams(await readText(request, LONGEST_BODY))
}
