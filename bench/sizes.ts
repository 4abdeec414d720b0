// What the bundle of an application weighs that does nothing but mint, or nothing but verify, beside the peers.

import { join } from 'node:path'
import { brotlied, bundle, gzipped, packagesOf } from '../tools/bundle.ts'
import type { Bench } from './bench.ts'
import { mintingWorker } from './contestants/mint/worker.ts'
import type { Comparison, Goal, Samples } from './measure/comparison.ts'
import { bundleByWrangler } from './measure/wrangler.ts'

const CONTESTANTS = join(import.meta.dirname, 'contestants')

/** The same program with one library or another. */
interface Program {
  readonly name: string
  /** In the folder of the contestants. */
  readonly file: string
  /** A package that must be in it: else it is not this program that was weighed. */
  readonly needs: string
}

const mints = [
  { name: 'ours', file: 'mint/ours.ts', needs: '@xmldom/xmldom' },
  { name: 'AWS SDK', file: 'mint/aws-sdk.ts', needs: '@aws-sdk/client-sts' },
  { name: 'raw', file: 'mint/raw.ts', needs: 'aws4fetch' },
] as const satisfies readonly Program[]

const verifies = [
  { name: 'ours', file: 'verify/ours.ts', needs: 'jose' },
  { name: 'jose', file: 'verify/jose.ts', needs: 'jose' },
  { name: 'aws-jwt-verify', file: 'verify/aws-jwt-verify.ts', needs: 'aws-jwt-verify' },
] as const satisfies readonly Program[]

/** What one bundle weighs. */
interface Weight {
  readonly name: string
  readonly gzip: number
  readonly brotli: number
}

export const bench: Bench = {
  about: `The programs of \`bench/contestants/\`, minified. *At once* is what is loaded with the application where the bundler splits the code
(esbuild), *all* that and what is loaded on demand; wrangler makes one file of everything. *Raw* is the signer of aws4fetch,
\`fetch\` and a regular expression.`,
  run: async (quick) => {
    const [minting, verifying] = await Promise.all([
      Promise.all(mints.map((program) => weigh(program, 'connect', mintingWorker, quick))),
      Promise.all(verifies.map((program) => weigh(program, 'subjectOf', verifyingWorker, quick))),
    ])
    return [
      ...compare('A bundle that only mints', minting.flat(), ['AWS SDK, all', 'raw'], {
        gzip: [
          { of: 'ours, at once', atMost: 9216 },
          { of: 'ours, all', atMost: 39_936 },
        ],
      }),
      ...compare('A bundle that only verifies', verifying.flat(), ['jose', 'aws-jwt-verify'], {
        gzip: [{ of: 'ours', atMost: 9216 }],
      }),
    ]
  },
}

async function weigh(
  program: Program,
  exported: string,
  worker: (path: string) => string,
  quick: boolean,
): Promise<Weight[]> {
  const bySplitting = await weighSplit(program, exported)
  // wrangler takes seconds.
  if (quick && program.name !== 'ours') return bySplitting
  const contents = Buffer.from(await bundleByWrangler(worker(join(CONTESTANTS, program.file))))
  const single = { gzip: gzipped(contents), brotli: brotlied(contents) }
  return [...bySplitting, { name: `${program.name}, by wrangler`, ...single }]
}

async function weighSplit({ name, file, needs }: Program, exported: string): Promise<Weight[]> {
  const { atOnce, late, names } = await bundle(`export * from './${file}'`, CONTESTANTS)
  if (!names.includes(exported)) throw new Error(`${file} exports no ${exported}`)
  if (![...packagesOf(atOnce), ...packagesOf(late)].includes(needs)) {
    throw new Error(`There is no ${needs} in the bundle of ${file}`)
  }
  const whole = { gzip: atOnce.bytes + late.bytes, brotli: atOnce.brotliBytes + late.brotliBytes }
  if (late.files.length === 0) return [{ name, ...whole }]
  return [
    { name: `${name}, at once`, gzip: atOnce.bytes, brotli: atOnce.brotliBytes },
    { name: `${name}, all`, ...whole },
  ]
}

/** A Worker that answers by the subject of the token that it is sent. */
function verifyingWorker(path: string): string {
  return `import { subjectOf } from ${JSON.stringify(path)}
export default { fetch: async (request) => new Response(await subjectOf(await request.text())) }`
}

function compare(
  title: string,
  weights: readonly Weight[],
  against: readonly string[],
  goals: { readonly gzip: readonly Goal[] },
): Comparison[] {
  return (['gzip', 'brotli'] as const).map((encoding) => ({
    kind: 'comparison',
    title: `${title}, ${encoding}`,
    unit: 'bytes',
    samples: Object.fromEntries(weights.map((each) => [each.name, [each[encoding]]])) satisfies Samples,
    against,
    goals: encoding === 'gzip' ? goals.gzip : [],
  }))
}
