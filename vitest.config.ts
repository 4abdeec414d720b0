import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { Tally } from './tools/tally.ts'

// The same test files run twice, in Node and in real workerd. A file that needs Node itself (a socket, a
// child process, the AWS SDK) is called *.node.test.ts and runs there alone.
const include = ['test/**/*.test.ts']
const nodeOnly = ['test/**/*.node.test.ts']
// What is tried on the package as npm packs it, with tools of its own: `npm run test:package`.
const packed = ['test/package/*.test.ts']
// What needs Debian's packages, such as the AWS CLI: `npm run test:peers` runs it, so that `npm test` needs npm alone.
const debian = ['test/peers/debian/*.test.ts']
// What needs packages of its own, in test/examples: `npm run test:examples` runs it.
const examples = ['test/examples/*.test.ts']
// What needs other makers' SDKs, in test/peers/sdks: `npm run test:sdks` runs it.
const sdks = ['test/peers/sdks/*.test.ts']
// What goes by the clock, on real Workers, and waits most of its time.
const faults = ['test/worker-example/faults.node.test.ts']
const apart = [...packed, ...debian, ...examples, ...sdks, ...faults, '**/node_modules/**']

// Many start a workerd or a process, or put away thousands of files, which on a busy machine takes longer than
// vitest's 5 s for a test and 10 s for a hook.
const patient = { testTimeout: 20_000, hookTimeout: 60_000 }

// After all else, and beside each other: the tests in workerd leave the faults a core, so that it is their time that is measured.
const last = { sequence: { groupOrder: 1 } }

export default defineConfig({
  test: {
    // Else vitest leaves one core idle, which on two cores doubles the time.
    maxWorkers: '100%',
    reporters: ['default', new Tally()],
    projects: [
      { test: { ...patient, name: 'node', include, exclude: apart } },
      {
        plugins: [
          cloudflareTest({
            miniflare: { compatibilityDate: '2026-07-01' },
          }),
        ],
        test: { ...patient, ...last, name: 'workerd', include, exclude: [...nodeOnly, ...apart] },
      },
      { test: { ...patient, ...last, name: 'faults', include: faults } },
      {
        test: {
          ...patient,
          name: 'package',
          include: packed,
          globalSetup: './test/package/setup.ts',
          testTimeout: 120_000,
        },
      },
      {
        test: {
          ...patient,
          name: 'peers',
          include: debian,
          globalSetup: './test/peers/debian/packages.ts',
          testTimeout: 120_000,
        },
      },
      {
        test: {
          ...patient,
          name: 'examples',
          include: examples,
          globalSetup: './test/examples/setup.ts',
          testTimeout: 120_000,
        },
      },
      {
        test: {
          ...patient,
          name: 'sdks',
          include: sdks,
          globalSetup: './test/peers/sdks/setup.ts',
          testTimeout: 60_000,
        },
      },
    ],
  },
})
