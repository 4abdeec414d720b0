import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { Tally } from './tools/tally.ts'

// The same test files run twice, in Node and in real workerd. A file that needs Node itself (a socket, a
// child process, the AWS SDK) is called *.node.test.ts and runs there alone.
const include = ['test/**/*.test.ts']
const nodeOnly = ['test/**/*.node.test.ts']

export default defineConfig({
  test: {
    // Else vitest leaves one core idle, which on two cores doubles the time.
    maxWorkers: '100%',
    reporters: ['default', new Tally()],
    projects: [
      { test: { name: 'node', include } },
      {
        plugins: [
          cloudflareTest({
            miniflare: { compatibilityDate: '2026-07-01' },
          }),
        ],
        test: { name: 'workerd', include, exclude: nodeOnly },
      },
    ],
  },
})
