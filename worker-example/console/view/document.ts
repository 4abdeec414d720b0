// The frame of every page of the console.

import { type Content, type Html, html } from '../html.ts'

/** A whole document around a body. */
export function renderDocument(
  title: string,
  body: Content,
  { now, hasScript = false }: { now?: number; hasScript?: boolean } = {},
): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="/console/style.css">
${hasScript && html`<script type="module" src="/console/page.js"></script>`}
</head>
<body${now !== undefined && html` data-now="${now}"`}>
${body}
</body>
</html>
`
}

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%230a50bf'/%3E%3Cpath d='M4 8.5 7 11l5-6' fill='none' stroke='white' stroke-width='2'/%3E%3C/svg%3E"
