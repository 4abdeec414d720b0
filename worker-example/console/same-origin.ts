// Whether a form was sent by the console's own page. With it, and since a session may change nothing but itself, no other
// site can do anything in a visitor's name. https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html

import { Problem } from '../http/problem.ts'

/** @throws {Problem} 403 */
export function checkSameOrigin({ url, headers }: Request): void {
  const isOwn = headers.get('Origin') === new URL(url).origin
  // Browsers send it, and no script can set it.
  const site = headers.get('Sec-Fetch-Site') ?? 'same-origin'
  if (isOwn && site === 'same-origin') return
  throw new Problem(403, 'cross_origin', 'Only the console’s own page may send this.')
}
