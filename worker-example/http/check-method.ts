// Which methods a path answers to (RFC 9110 sections 9.3.1, 9.3.2 and 15.5.6).

import { Problem } from './problem.ts'

/** What reads: workerd sends of an answer to HEAD the head alone. */
export const GET = ['GET', 'HEAD']
/** What has a body. */
export const POST = ['POST']

/** @throws {Problem} 405, which tells the methods that are allowed */
export function checkMethod({ method }: Request, methods: readonly string[]): void {
  if (methods.includes(method)) return
  throw new Problem(405, 'method_not_allowed', `Only ${methods.join(' and ')}.`, {
    headers: { Allow: methods.join(', ') },
  })
}
