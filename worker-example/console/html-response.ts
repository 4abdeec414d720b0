// Pages as the console answers them: with what keeps them from running, loading, framing or leaking anything that is not
// theirs. https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html

import { withCommonHeaders } from '../http/common-headers.ts'
import type { Html } from './html.ts'

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  // The icon.
  'img-src data:',
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  // The page's script makes no markup of a string: the browser parses what it fetches, and the rest are text nodes.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  // Not `no-referrer`: by it browsers send `Origin: null` with the page's own forms, which then can't be told from those
  // of others. https://fetch.spec.whatwg.org/#append-a-request-origin-header
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'camera=(), clipboard-read=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'X-Frame-Options': 'DENY',
}

/** A page, or a part of one. */
export function htmlResponse(
  page: Html,
  requestId: string,
  { status = 200, headers = {} }: { status?: number; headers?: Readonly<Record<string, string>> } = {},
): Response {
  return withCommonHeaders(
    new Response(page.text, { status, headers: { ...HEADERS, ...headers } }),
    requestId,
  )
}
