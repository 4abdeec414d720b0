// What consoles show of errors that only real runtimes make: the log that an operator reads.

import { once } from 'node:events'
import { createServer } from 'node:net'
import { inspect } from 'node:util'

import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { expect, test } from 'vitest'
import { INPUT, makeClient, rejectionOf, TOKEN, tokenReply } from './support/client.ts'
import { SECRETS } from './support/every-error.ts'

test('no secret is in what console.log shows in workerd', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { makeClient } from './support/client.ts'
        import { everyError } from './support/every-error.ts'
        export default {
          async fetch() {
            const made = await everyError(makeClient)
            for (const { name, error, client } of made) console.log('made', name, error, { error }, client)
            return Response.json(made.length)
          },
        }`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: 'esm',
    write: false,
  })
  let log = ''
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: outputFiles[0]?.text ?? '',
      compatibilityDate: '2026-09-01',
      handleStructuredLogs({ message }) {
        log += message
      },
    }),
  )
  try {
    const response = await worker.dispatchFetch('http://localhost/')
    expect(await response.json()).toBe(30)
  } finally {
    await worker.dispose()
  }
  expect(log.match(/\bmade\b/g)).toHaveLength(30)
  expect(log).toContain('OutboundWebIdentityFederationDisabledException')
  for (const secret of SECRETS) expect(log).not.toContain(secret)
})

test.each([
  [
    'a body that is not framed as it says',
    'HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n',
  ],
  ['a header that is none', 'HTTP/1.1 200 OK\r\nbad header '],
])("no token is in what Node's HTTP parser complains about: %s", async (_, head) => {
  const server = createServer((socket) => {
    socket.on('error', () => {}).once('data', () => socket.end(`${head}${tokenReply()}`))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  // A server that listens on a port has an address with one.
  const { port } = server.address() as { port: number }
  const error = await rejectionOf(
    makeClient({ endpoint: `http://127.0.0.1:${port}` }).getWebIdentityToken(INPUT),
  )
  server.close()
  expect(error).toMatchObject({ name: 'ResponseError', retryable: true })
  const shown = inspect(error, { depth: 9, showHidden: true })
  expect(shown).toContain('HTTPParserError')
  expect(shown).not.toContain(TOKEN.slice(0, 20))
})
