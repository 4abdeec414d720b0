// Signing in, by a secret that the policy names, and signing out.

import { secretOf } from '../callers/secret.ts'
import { withCommonHeaders } from '../http/common-headers.ts'
import type { ConsoleContext } from './context.ts'
import { readForm } from './form.ts'
import { htmlResponse } from './html-response.ts'
import { checkSameOrigin } from './same-origin.ts'
import { closedSession, openSession } from './session.ts'
import { shortHash } from './view/secrets.ts'
import { renderSignIn } from './view/sign-in.ts'

/** The form. 401 asks for a session: what the scheme is called is in draft-broyer-http-cookie-auth. */
export function signInPage({ policy, requestId }: ConsoleContext, error?: string): Response {
  const challenge = 'Cookie realm="console", form-action="/console/sign-in", cookie-name="__Host-session"'
  return htmlResponse(renderSignIn(policy, error), requestId, {
    status: 401,
    headers: { 'WWW-Authenticate': challenge },
  })
}

/** @throws {Problem} 403 of another site; 408, 413 or 415 of what is no such form */
export async function signIn(request: Request, context: ConsoleContext): Promise<Response> {
  checkSameOrigin(request)
  const { policy, requestId, now } = context
  if (!(await context.mayTry())) {
    const page = renderSignIn(policy, 'There were too many tries. Try again in a minute.')
    return htmlResponse(page, requestId, { status: 429, headers: { 'Retry-After': '60' } })
  }
  const [shown = '', ...others] = (await readForm(request)).getAll('secret')
  const secrets = others.length === 0 ? (policy.console.secrets ?? []) : []
  const secret = await secretOf(secrets, shown, now)
  if (secret === undefined) {
    const why = 'the secret is none of the console’s, or it has expired'
    context.audit({ verdict: 'denied', via: 'secret', code: 'invalid_secret', why })
    return signInPage(context, 'This is not a secret of the console, or it has expired.')
  }
  context.audit({ verdict: 'granted', via: 'secret', identity: shortHash(secret) })
  return toPage(requestId, { 'Set-Cookie': await openSession(secret, new URL(request.url).origin, context) })
}

/** @throws {Problem} 403 of another site */
export function signOut(request: Request, { requestId }: ConsoleContext): Response {
  checkSameOrigin(request)
  return toPage(requestId, { 'Set-Cookie': closedSession })
}

/** 303 to the page, which shows the form to who is not signed in. */
export function toPage(requestId: string, headers: Readonly<Record<string, string>> = {}): Response {
  return withCommonHeaders(
    new Response(null, { status: 303, headers: { ...headers, Location: '/' } }),
    requestId,
  )
}
