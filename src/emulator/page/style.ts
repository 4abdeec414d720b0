// How the page looks: by day and by night, and on a phone. Contrast is 4.5 to 1 at least (WCAG 2.2, 1.4.3), and told
// by words too wherever a colour tells something.

import { Html } from './html.ts'

export const style = new Html(`
:root {
  color-scheme: light dark;
  --page: #f6f6f4; --surface: #ffffff; --raised: #f4f4f1; --line: #dcdcd7;
  --text: #1b1c1e; --muted: #595c63; --accent: #0a50bf;
  --good: #12632f; --good-back: #e3f3e7; --bad: #a5211a; --bad-back: #fbe9e7; --odd: #6e4600; --odd-back: #fbf0d6;
  --mono: ui-monospace, 'SF Mono', 'Cascadia Code', 'DejaVu Sans Mono', Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #121315; --surface: #1a1b1e; --raised: #222428; --line: #34363c;
    --text: #e6e6e3; --muted: #a4a8b0; --accent: #8db8ff;
    --good: #8bd3a0; --good-back: #17311f; --bad: #f4a9a2; --bad-back: #3c1c1a; --odd: #efca74; --odd-back: #35290d;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0; padding: 0 clamp(1rem, 4vw, 3rem) 4rem; background: var(--page); color: var(--text);
  font: 0.9375rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
}
header, main { max-width: 76rem; margin: 0 auto; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.25rem 1.25rem; padding: 1.75rem 0 1rem; }
header p { margin: 0; color: var(--muted); }
header nav { margin-left: auto; display: flex; gap: 1rem; }
h1 { margin: 0; font-size: 1.25rem; letter-spacing: -0.01em; }
h2 { margin: 0 0 0.75rem; font-size: 1.0625rem; letter-spacing: -0.005em; }
h3 { margin: 1.5rem 0 0.5rem; font-size: 0.9375rem; }
h4 { margin: 0 0 0.375rem; font-size: 0.8125rem; font-weight: 600; color: var(--muted); }
section { margin-top: 1rem; padding: 1.25rem clamp(1rem, 2vw, 1.5rem) 1.5rem; background: var(--surface);
  border: 1px solid var(--line); border-radius: 10px; scroll-margin-top: 1rem; }
section:focus { outline: none; }
article + article { margin-top: 1.5rem; border-top: 1px solid var(--line); }
a { color: var(--accent); text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
a:focus-visible { border-radius: 3px; }
code, pre, .requests a, .principals th[scope=row], .pairs th, .facts time { font-family: var(--mono); font-size: 0.8125rem; }
code { overflow-wrap: anywhere; }
pre { margin: 0 0 1rem; padding: 0.875rem 1rem; background: var(--raised); border-radius: 8px; overflow-x: auto; line-height: 1.55; }
pre code { white-space: pre-wrap; }
abbr { text-decoration: none; }
.muted, .empty { color: var(--muted); }
.empty { margin: 0 0 0.75rem; }
#status::before { content: ''; display: inline-block; width: 0.5rem; height: 0.5rem; margin-right: 0.4rem; border-radius: 50%; background: var(--muted); }
#status:empty::before, #status:has(noscript)::before { display: none; }
#status[data-state=live]::before { background: var(--good); }
#status[data-state=lost] { color: var(--bad); }
#status[data-state=lost]::before { background: var(--bad); }
@media (min-width: 48.0625rem) {
  .scroll { max-height: 30rem; overflow-y: auto; margin: 0 -0.5rem; padding: 0 0.5rem; }
  .scroll thead th { position: sticky; top: 0; background: var(--surface); box-shadow: 0 1px 0 var(--line); z-index: 1; padding-bottom: 0.5rem; }
}
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.5rem 1rem 0.5rem 0; text-align: left; vertical-align: top; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-weight: inherit; }
thead th { padding-top: 0; border-top: 0; font-size: 0.8125rem; color: var(--muted); white-space: nowrap; }
td:last-child { padding-right: 0; }
.requests td:first-child, .requests .verdict { white-space: nowrap; }
.requests th[scope=row], .requests td:nth-child(3) { min-width: 9rem; }
.requests td:last-child { width: 42%; }
.requests tr:has([aria-current]) > * { background: var(--raised); box-shadow: 0 1px 0 var(--line); }
.requests tr:has([aria-current]) > :first-child { box-shadow: inset 3px 0 0 var(--accent), 0 1px 0 var(--line); }
.requests tbody td:first-child { padding-left: 0.75rem; }
.requests thead th:first-child { padding-left: 0.75rem; }
.pairs th { width: 18rem; color: var(--muted); }
.verdict { display: inline-block; padding: 0 0.5rem; border-radius: 999px; font-size: 0.8125rem; font-weight: 600; line-height: 1.375rem; }
.allowed { color: var(--good); background: var(--good-back); }
.denied, .refused, .failed { color: var(--bad); background: var(--bad-back); }
.fault { color: var(--odd); background: var(--odd-back); }
dl { margin: 0; }
dd { margin: 0; overflow-wrap: anywhere; }
.facts > div { display: grid; grid-template-columns: 7.5rem 1fr; gap: 1rem; padding: 0.3rem 0; }
.facts dt { color: var(--muted); }
.keys { margin: 0; padding: 0; list-style: none; }
.token { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1.5rem; }
.claims > div { padding: 0.5rem 0; border-top: 1px solid var(--line); }
.claims > div:first-child { border-top: 0; padding-top: 0; }
.claims dt code { font-weight: 600; }
.claims strong { font-weight: 600; }
@media (max-width: 48rem) {
  header nav { margin-left: 0; flex-basis: 100%; }
  .token { grid-template-columns: minmax(0, 1fr); }
  .facts > div { grid-template-columns: 1fr; gap: 0; padding: 0.375rem 0; }
  .requests thead, .principals thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .requests tr, .principals tr { display: grid; grid-template-columns: 1fr auto; gap: 0.125rem 1rem; padding: 0.75rem 0; border-top: 1px solid var(--line); }
  .requests tr > *, .principals tr > *, .requests td:last-child { display: block; width: auto; padding: 0; border: 0; }
  .requests tr:has([aria-current]) > *, .requests tr:has([aria-current]) > :first-child { background: none; box-shadow: none; }
  .requests tr:has([aria-current]) { background: var(--raised); box-shadow: -0.625rem 0 0 var(--raised), -0.8125rem 0 0 var(--accent), 0.75rem 0 0 var(--raised); }
  .requests th[scope=row] { order: -2; }
  .requests td:nth-child(4) { order: -1; }
  .requests tbody td:first-child { order: 1; padding: 0; color: var(--muted); }
  .requests td:last-child, .principals tr > * { grid-column: 1 / -1; }
  .principals td::before { content: attr(data-label) ': '; color: var(--muted); }
  .pairs tr, .pairs th, .pairs td { display: block; width: auto; }
  .pairs td { border: 0; padding-top: 0; }
  .pairs th { padding-bottom: 0; }
}
@media (forced-colors: active) { .verdict { border: 1px solid; } }
`)
