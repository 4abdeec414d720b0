// A Worker that was bundled as wrangler does it, in one file without chunks: what is loaded on demand elsewhere is
// evaluated on demand there. In real workerd.

import { readFile } from 'node:fs/promises'
import { build, type Plugin } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { expect, onTestFinished, test } from 'vitest'
import { TOKEN } from './support/replies.ts'

const script = `
  import { StsClient } from '../src/index.ts'
  import { CREDENTIALS, INPUT, tokenReply } from './support/replies.ts'

  const sent = []
  const sts = new StsClient({
    region: 'us-east-1',
    credentials: CREDENTIALS,
    async fetch() {
      sent.push(evaluated.toSorted())
      await new Promise((resolve) => setTimeout(resolve, 20))
      sent.push(evaluated.toSorted())
      return new Response(tokenReply(), { headers: { 'content-type': 'text/xml' } })
    },
  })

  export default {
    async fetch() {
      const atFirst = evaluated.toSorted()
      const { webIdentityToken } = await sts.getWebIdentityToken(INPUT)
      return Response.json({ atFirst, sent, webIdentityToken })
    },
  }`

const MODULES = {
  'the parser': /@xmldom\/xmldom\/lib\/sax\.js$/,
  'the reply': /src\/query\/reply\.ts$/,
  'the input': /src\/sts\/get-web-identity-token-input\.ts$/,
  'the signer': /aws4fetch\/dist\/.*$/,
}

/** Lets the body of each of these modules tell when it is evaluated. */
const tellEvaluation: Plugin = {
  name: 'tell-evaluation',
  setup({ onLoad }) {
    for (const [name, filter] of Object.entries(MODULES)) {
      onLoad({ filter }, async ({ path }) => ({
        contents: `evaluated.push(${JSON.stringify(name)})\n${await readFile(path, 'utf8')}`,
        loader: path.endsWith('.ts') ? 'ts' : 'js',
      }))
    }
  },
}

test('nothing of a call is evaluated before it, and the parser not before the request is on the wire', async () => {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: import.meta.dirname },
    bundle: true,
    format: 'esm',
    write: false,
    banner: { js: 'const evaluated = [];' },
    external: ['cloudflare:workers'],
    conditions: ['workerd', 'worker', 'browser'],
    plugins: [tellEvaluation],
  })
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: outputFiles[0]?.text ?? '',
      compatibilityDate: '2026-09-01',
    }),
  )
  onTestFinished(() => worker.dispose())
  const response = await worker.dispatchFetch('http://localhost/')
  expect(await response.json()).toEqual({
    atFirst: [],
    sent: [
      ['the input', 'the signer'],
      ['the input', 'the parser', 'the reply', 'the signer'],
    ],
    webIdentityToken: TOKEN,
  })
})
