// The console: one page for people, with what the Worker's brokers do. It looks and changes nothing: all that a session may
// change is the session itself.

import { checkMethod, GET, POST } from '../http/check-method.ts'
import { Problem } from '../http/problem.ts'
import { problemOf } from '../http/problem-of.ts'
import { assetResponse } from './assets.ts'
import type { ConsoleContext } from './context.ts'
import { keys, live, page } from './look.ts'
import { problemPage } from './problem-page.ts'
import { signIn, signOut, toPage } from './sign-in.ts'

export type { ConsoleContext } from './context.ts'

interface Route {
  readonly methods: readonly string[]
  /** @param contextOf throws where the Worker is not configured: scripts and styles are given all the same */
  answer(request: Request, contextOf: () => ConsoleContext, requestId: string): Response | Promise<Response>
}

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/', { methods: GET, answer: (request, contextOf) => page(request, contextOf()) }],
  ['/console/live', { methods: GET, answer: (request, contextOf) => live(request, contextOf()) }],
  ['/console/keys', { methods: GET, answer: (request, contextOf) => keys(request, contextOf()) }],
  // Its answer to a wrong secret is the form, whose address who presses Enter in the address bar then gets.
  [
    '/console/sign-in',
    {
      methods: [...GET, ...POST],
      answer: (request, contextOf, requestId) =>
        request.method === 'POST' ? signIn(request, contextOf()) : toPage(requestId),
    },
  ],
  ['/console/sign-out', { methods: POST, answer: (request, contextOf) => signOut(request, contextOf()) }],
  ['/console/page.js', { methods: GET, answer: (request) => assetResponse('page.js', request) }],
  ['/console/verify.js', { methods: GET, answer: (request) => assetResponse('verify.js', request) }],
  ['/console/style.css', { methods: GET, answer: (request) => assetResponse('style.css', request) }],
])

/** Whether the path is the console's: `/`, and `/console/…`. */
export function isConsole(pathname: string): boolean {
  return pathname === '/' || pathname.startsWith('/console/')
}

/** Answers a request to the console; where it can't be, with problem details, or at the address that people are given a page. */
export async function serveConsole(
  request: Request,
  requestId: string,
  contextOf: () => ConsoleContext,
): Promise<Response> {
  const { pathname } = new URL(request.url)
  try {
    const route = ROUTES.get(pathname)
    if (route === undefined) throw new Problem(404, 'not_found', 'The console has no such page.')
    checkMethod(request, route.methods)
    return await route.answer(request, contextOf, requestId)
  } catch (error) {
    const problem = problemOf(error, requestId)
    return pathname === '/' ? problemPage(problem, requestId) : problem.toResponse(requestId)
  }
}
