// The page's scripts and its style, which build.ts made. They are the same for all, and hold nothing of anybody.

import { assets } from './generated/assets.js'

const CONTENT_TYPES = {
  'page.js': 'text/javascript; charset=utf-8',
  'verify.js': 'text/javascript; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
} as const

/** One of them; 304 where the browser has it already. */
export function assetResponse(name: keyof typeof CONTENT_TYPES, request: Request): Response {
  const { text, etag } = assets[name]
  const headers = {
    ETag: etag,
    // Kept, and asked for each time: else the page of a new version would run the script of the old one.
    'Cache-Control': 'no-cache',
    'Content-Type': CONTENT_TYPES[name],
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
  }
  // Where something compresses it on its way, the tag comes back as a weak one: RFC 9110 section 13.1.2.
  const known = request.headers.get('If-None-Match')?.split(',') ?? []
  const isKnown = known.some((tag) => tag.trim().replace(/^W\//, '') === etag)
  return isKnown ? new Response(null, { status: 304, headers }) : new Response(text, { headers })
}
