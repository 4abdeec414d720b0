// The console: one page for people, with what the Worker's brokers do. It looks and changes nothing: all that a session may
// change is the session itself.

import { checkMethod, GET, POST } from '../http/check-method.ts'
import { Problem } from '../http/problem.ts'
import { assetResponse } from './assets.ts'
import type { ConsoleContext } from './context.ts'
import { keys, live, page } from './look.ts'
import { signIn, signOut } from './sign-in.ts'

export type { ConsoleContext } from './context.ts'

interface Route {
  readonly methods: readonly string[]
  answer(request: Request, context: ConsoleContext): Response | Promise<Response>
}

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/', { methods: GET, answer: page }],
  ['/console/live', { methods: GET, answer: live }],
  ['/console/keys', { methods: GET, answer: keys }],
  ['/console/sign-in', { methods: POST, answer: signIn }],
  ['/console/sign-out', { methods: POST, answer: signOut }],
  ['/console/page.js', { methods: GET, answer: (request) => assetResponse('page.js', request) }],
  ['/console/verify.js', { methods: GET, answer: (request) => assetResponse('verify.js', request) }],
  ['/console/style.css', { methods: GET, answer: (request) => assetResponse('style.css', request) }],
])

/** Whether the path is the console's: `/`, and `/console/…`. */
export function isConsole(pathname: string): boolean {
  return pathname === '/' || pathname.startsWith('/console/')
}

/** Answers a request to the console; with problem details, where it is refused. */
export async function serveConsole(request: Request, context: ConsoleContext): Promise<Response> {
  try {
    return await answer(request, context)
  } catch (error) {
    if (error instanceof Problem) return error.toResponse(context.requestId)
    throw error
  }
}

async function answer(request: Request, context: ConsoleContext): Promise<Response> {
  const route = ROUTES.get(new URL(request.url).pathname)
  if (route === undefined) throw new Problem(404, 'not_found', 'The console has no such page.')
  checkMethod(request, route.methods)
  return route.answer(request, context)
}
