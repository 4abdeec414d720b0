// The rows of docs/runtimes.md.

import { join } from 'node:path'
import { esbuildLambda, rolldownSplit, rollupSplit, viteSplit, webpackSplit } from './bundles.ts'
import { inChromium } from './runtimes/chromium.ts'
import { bun, command, deno, node } from './runtimes/commands.ts'
import { edgeVm } from './runtimes/edge-vm.ts'
import { inFirefox } from './runtimes/firefox.ts'
import type { Runtime } from './runtimes/runtime.ts'
import { inWebKit } from './runtimes/webkit.ts'
import { plainWorkerd, workerdWithNode } from './runtimes/workerd.ts'

const PAGE =
  'A `Date` header is not shown across origins, and a redirect is opaque: the clock is not learned from STS, and a redirect is refused without its target.'
const SAME = 'As in the page.'
const WORKER = 'As in the page, and it has no `DOMParser`, which is not missed.'
const POINT =
  'A key of a point that is not on its curve is imported, so that such a token is refused for its signature.'
const BREAK =
  'A reply without `Content-Length` that breaks off looks whole, so that it is refused for its XML and not asked for again.'
const GONE = 'A chunk that could not be loaded is not asked for again until the page is loaded anew.'
const CONSOLE = 'What its console shows cannot be read from outside, so that no secret is searched for there.'

export const runtimes: readonly Runtime[] = [
  ...[20, 22, 24, 26].map((major) => command({ name: `Node.js ${major}`, file: node(major) })),
  command({
    name: 'Node.js with `--frozen-intrinsics`',
    file: node(24),
    line: ({ folder }) => [
      '--frozen-intrinsics',
      '--disallow-code-generation-from-strings',
      '--no-warnings',
      join(folder, 'command.js'),
    ],
    differs: 'Nothing that the language brings can be changed, and no text be evaluated.',
  }),
  command({
    name: 'Node.js, hardened by SES',
    file: node(24),
    line: ({ folder }) => ['--import', import.meta.resolve('ses'), join(folder, 'hardened.js')],
    differs: '`lockdown()` came before anything else: all that the language brings is frozen.',
  }),
  command({
    name: 'Node.js, bundled by rollup',
    file: node(22),
    line: async ({ folder }) => [
      await rollupSplit({ folder, entry: 'command.js', out: 'out-rollup', platform: 'node' }),
    ],
  }),
  command({
    name: 'a handler as AWS Lambda calls it (Node.js 24), bundled by esbuild',
    file: node(24),
    line: async ({ folder }) => [
      join(folder, 'host.js'),
      await esbuildLambda({ folder, entry: 'lambda.js', out: 'out-lambda' }),
    ],
    differs: 'It is in one file, and the role’s credentials are in its variables.',
  }),
  command({
    name: 'Deno',
    file: deno,
    line: ({ folder }, { url, otherOrigin }) => [
      'run',
      '--no-prompt',
      `--allow-net=${new URL(url).host},${new URL(otherOrigin).host}`,
      '--allow-env=AWS_ACCESS_KEY_ID,AWS_SECRET_ACCESS_KEY,AWS_SESSION_TOKEN',
      join(folder, 'command.js'),
    ],
    place: { takesAnyPoint: true },
    differs: `It asks for permissions (below). ${POINT}`,
  }),
  command({ name: 'Bun', file: bun }),
  command({
    name: 'Bun, bundled by rolldown',
    file: bun,
    line: async ({ folder }) => [
      await rolldownSplit({ folder, entry: 'command.js', out: 'out-rolldown', platform: 'node' }),
    ],
  }),
  plainWorkerd,
  workerdWithNode,
  edgeVm,
  inChromium({ name: 'Chromium: page', kind: 'page', differs: PAGE }),
  inChromium({ name: 'Chromium: web worker', kind: 'web worker', differs: WORKER }),
  inChromium({
    name: 'Chromium: service worker',
    kind: 'service worker',
    differs: `${WORKER} Nor \`import()\`: it is bundled in one file.`,
  }),
  inChromium({
    name: 'Chromium: page, bundled by webpack',
    kind: 'page',
    differs: SAME,
    bundle: webpackSplit,
  }),
  inChromium({ name: 'Chromium: page, bundled by vite', kind: 'page', differs: SAME, bundle: viteSplit }),
  inChromium({
    name: 'Chromium: page, without what older browsers lack',
    kind: 'page',
    differs: `${SAME} Gone are \`AbortSignal.any\`, \`AbortSignal.timeout\`, \`Promise.withResolvers\`, the iteration of a \`ReadableStream\` and more: none is needed.`,
    before: 'older.js',
  }),
  inChromium({
    name: 'Chromium: page that came over http',
    kind: 'page',
    differs:
      'Such a page has no WebCrypto: what signs, seals or verifies is refused with `web_crypto_unavailable`, before anything is sent.',
    isSecure: false,
  }),
  inFirefox('Firefox: page', 'page', `${PAGE} ${GONE}`),
  inFirefox('Firefox: web worker', 'web worker', `${WORKER} ${CONSOLE}`),
  inFirefox('Firefox: service worker', 'service worker', `${WORKER} Nor \`import()\`. ${CONSOLE}`),
  inWebKit('WebKit: page', 'page', `${PAGE} ${POINT} ${BREAK} ${CONSOLE}`),
  inWebKit('WebKit: web worker', 'web worker', `${WORKER} ${CONSOLE}`),
]
