// What those see who are signed in: the page, its live part, and the keys for its verify tool.

import { withCommonHeaders } from '../http/common-headers.ts'
import { Problem } from '../http/problem.ts'
import type { Snapshot } from '../ledger/snapshot.ts'
import type { ConsoleContext } from './context.ts'
import { htmlResponse } from './html-response.ts'
import { signInPage } from './sign-in.ts'
import { type Contents, renderLive, renderPage } from './view/page.ts'
import { visitorOf } from './visitor.ts'

/** The page; for a stranger the form by which he signs in. */
export async function page(request: Request, context: ConsoleContext): Promise<Response> {
  const visitor = await visitorOf(request, context)
  const { requestId } = context
  if (visitor === undefined) {
    const accessEmail = await context.accessEmail()
    if (accessEmail === undefined) return signInPage(context)
    const why = 'the policy’s console.emails does not name this address'
    // Who loads the page again and again is not to push out all others, nor to fill the log.
    if (await context.mayTry()) {
      context.audit({ verdict: 'denied', via: 'access', identity: accessEmail, code: 'not_allowed', why })
    }
    return signInPage(context, 'Cloudflare Access knows you, but the policy does not let you in here.')
  }
  if (visitor.via === 'access') {
    context.audit({ verdict: 'granted', via: 'access', identity: visitor.email })
  }
  const snapshot = await context.snapshot().catch(unknown)
  const contents = contentsOf(request, context, snapshot)
  return htmlResponse(renderPage(contents, visitor), requestId, { status: snapshot ? 200 : 503 })
}

/** @throws {Problem} 401; 503 where the record of what happened does not answer */
export async function live(request: Request, context: ConsoleContext): Promise<Response> {
  await checkVisitor(request, context)
  const snapshot = await context.snapshot().catch(unknown)
  if (snapshot === undefined) throw new Problem(503, 'ledger_unavailable', 'The record does not answer.')
  return htmlResponse(renderLive(contentsOf(request, context, snapshot)), context.requestId)
}

/** @throws {Problem} 401; 503 where the issuer does not give its keys */
export async function keys(request: Request, context: ConsoleContext): Promise<Response> {
  await checkVisitor(request, context)
  const issuers = await context.issuerKeys().catch(unknown)
  if (issuers === undefined) {
    throw new Problem(503, 'keys_unavailable', 'The keys of the issuer could not be had.')
  }
  return withCommonHeaders(Response.json({ issuers }), context.requestId)
}

async function checkVisitor(request: Request, context: ConsoleContext): Promise<void> {
  if ((await visitorOf(request, context)) !== undefined) return
  throw new Problem(401, 'signed_out', 'There is no session, or it has ended.', {
    headers: { 'WWW-Authenticate': 'Cookie realm="console", form-action="/console/sign-in"' },
  })
}

function contentsOf(request: Request, context: ConsoleContext, snapshot: Snapshot | undefined): Contents {
  return { policy: context.policy, now: context.now, url: new URL(request.url), snapshot }
}

// The rest of the page is good all the same; why it failed is for the log.
function unknown(reason: unknown): undefined {
  console.error('The console:', reason)
}
