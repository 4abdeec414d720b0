// What was measured on, in words.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, totalmem, type } from 'node:os'

/** Such as `Linux, 2 cores of an AMD EPYC, 8 GB`. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  return `${type()}, ${availableParallelism()} cores (${model}), ${Math.round(totalmem() / 2 ** 30)} GB`
}

const PEERS = ['@aws-sdk/client-sts', 'aws4fetch', 'aws-jwt-verify', 'jose', 'workerd', 'esbuild', 'wrangler']
const require = createRequire(import.meta.url)

/** Of Node.js and of the packages that take part. */
export function versions(): Record<string, string> {
  const found = PEERS.map((name): [string, string] => [name, versionOf(name)])
  return Object.fromEntries([['Node.js', process.versions.node], ...found])
}

// Many packages do not export their package.json.
function versionOf(name: string): string {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version
    } catch {
      // it is in another one
    }
  }
  throw new Error(`${name} is not installed`)
}
