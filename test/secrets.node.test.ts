// What workerd's own console shows of each error: the log that an operator of a Worker reads.

import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { expect, test } from 'vitest'
import { SECRETS } from './support/every-error.ts'

test('no secret is in what console.log shows in workerd', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { everyError } from './support/every-error.ts'
        export default {
          async fetch() {
            const made = await everyError()
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
    expect(await response.json()).toBe(26)
  } finally {
    await worker.dispose()
  }
  expect(log.match(/\bmade\b/g)).toHaveLength(26)
  expect(log).toContain('OutboundWebIdentityFederationDisabledException')
  for (const secret of SECRETS) expect(log).not.toContain(secret)
})
