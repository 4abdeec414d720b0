// A page at the emulator's root, for people who rather look. It is rendered here and works without JavaScript; a script
// of a few lines asks whether something is new, and fetches the page again when there is.

import type { Emulator } from '../emulator.ts'
import { isTrustedHost } from '../trusted-host.ts'
import { renderPage } from './page.ts'
import { script } from './script.ts'
import { readSnapshot, type Snapshot, versionOf } from './snapshot.ts'
import { style } from './style.ts'

/** Where the script asks. */
const newsPath = '/_emulator/page.json'

/** Options of `withPage`. */
export interface PageOptions {
  /** Further names at which the page may be shown, such as a container's. Default loopback, IP addresses and the endpoint's. */
  readonly hosts?: readonly string[] | undefined
}

/**
 * The emulator with a page at `/` for browsers: its issuers, keys and principals, the last hundred requests and what
 * decided each, and the claims of a token explained. No secret, no signature and no token is on it. Whatever else is
 * asked for is answered as before.
 *
 * @example
 * ```ts
 * import { createEmulator, withPage } from 'aws-web-identity/emulator'
 * import { serve } from 'aws-web-identity/emulator/node'
 *
 * const { url, close } = await serve(withPage(createEmulator()))
 * const page = await fetch(url, { headers: { accept: 'text/html' } })
 * console.log(await page.text())
 * await close()
 * ```
 */
export function withPage(emulator: Emulator, { hosts = [] }: PageOptions = {}): Emulator {
  const answer: Emulator['fetch'] = async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    const isNews = url.pathname === newsPath
    if (!(isNews || asksForPage(request, url)) || !['GET', 'HEAD'].includes(request.method)) {
      return emulator.fetch(request)
    }
    if (!isTrustedHost(url, emulator.endpoint, hosts)) return wrongHost()
    const snapshot = await readSnapshot(emulator)
    return isNews
      ? Response.json({ version: await versionOf(snapshot) }, { headers: headersOfBoth })
      : pageResponse(snapshot, url)
  }
  // Its getters go on to tell of the same emulator.
  return Object.create(emulator, { fetch: { value: answer, enumerable: true } }) as Emulator
}

// AWS's own API is at `/` too: by GET its requests name an action, and none accepts HTML.
function asksForPage({ headers }: Request, { pathname, searchParams }: URL): boolean {
  return pathname === '/' && !searchParams.has('Action') && /\btext\/html\b/.test(headers.get('accept') ?? '')
}

const headersOfBoth = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
}

async function pageResponse(snapshot: Snapshot, url: URL): Promise<Response> {
  // By hashes, which stay: a fresh page whose nonce were another could not be read by the script of the first.
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${await sha256(script.text)}'`,
    `style-src 'sha256-${await sha256(style.text)}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  const page = renderPage(snapshot, {
    version: await versionOf(snapshot),
    selected: url.searchParams.get('request'),
  })
  return new Response(page, {
    headers: {
      ...headersOfBoth,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy.join('; '),
      'Referrer-Policy': 'no-referrer',
    },
  })
}

async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(hash)))
}

function wrongHost(): Response {
  const text =
    'This page is shown at loopback, at IP addresses and at the name that the emulator was given.\n'
  return new Response(text, { status: 403, headers: { 'Content-Type': 'text/plain; charset=utf-8' } })
}
