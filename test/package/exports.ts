// Holds the `exports` of an installed package: whatever a platform asks for by its conditions, it gets code with its
// types, and where XML is read, the parser. The AWS SDK broke in Workers by a `browser` condition without one.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle, packagesOf } from '../../tools/bundle.ts'
import { importPath, PACKAGE, subpaths } from '../../tools/subpaths.ts'

/** What each platform or bundler asks for, besides `default`. */
export const CONDITIONS = {
  Node: ['node', 'import', 'module-sync', 'node-addons'],
  'Node, bundled': ['node', 'import', 'module'],
  'Cloudflare Workers, by wrangler': ['workerd', 'worker', 'browser', 'import', 'module'],
  'a browser': ['browser', 'import', 'module'],
  'a browser, for development': ['browser', 'import', 'module', 'development'],
  'a browser, for production': ['browser', 'import', 'module', 'production'],
  'a web worker, by webpack': ['worker', 'browser', 'import', 'module'],
  'an edge function': ['edge-light', 'worker', 'browser', 'import', 'module'],
  Deno: ['deno', 'node', 'import', 'module-sync'],
  Bun: ['bun', 'node', 'import', 'module'],
  'React Native': ['react-native', 'import'],
  'React on a server': ['react-server', 'node', 'import'],
} as const

/** The subpaths that read what AWS answers, and so need the parser wherever they are. */
const READS_XML = ['.', './credentials', './iam', './cloudflare']

export type Platform = keyof typeof CONDITIONS

/** What is wrong, in sentences; nothing where all is well. */
export async function faultsOfExports(
  installation: string,
  platforms: readonly Platform[] = allPlatforms,
): Promise<string[]> {
  const folder = join(installation, 'node_modules', PACKAGE)
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const missing = targetsOf(exports)
    .filter((target) => !existsSync(join(folder, target)))
    .map((target) => `${target} is not there.`)
  const untyped = subpaths(folder)
    .filter((subpath) => Object.keys(Object(exports[subpath]))[0] !== 'types')
    .map((subpath) => `${subpath} does not have its types first.`)
  const untried = conditionsOf(exports)
    .filter((name) => !TRIED.has(name))
    .map((name) => `The condition ${name} is of no platform that is tried.`)
  const faults: string[] = []
  for (const platform of platforms) {
    for (const subpath of subpaths(folder)) {
      const fault = await faultOf(subpath, installation, CONDITIONS[platform])
      if (fault !== undefined) faults.push(`For ${platform}, ${importPath(subpath)} ${fault}.`)
    }
  }
  return [...missing, ...untyped, ...untried, ...faults]
}

// The keys are those that are written above.
const allPlatforms = Object.keys(CONDITIONS) as Platform[]

const TRIED = new Set<string>(['types', 'default', ...Object.values(CONDITIONS).flat()])

/** The names below those of the subpaths. */
function conditionsOf(exports: unknown): string[] {
  return Object.entries(Object(exports)).flatMap(([name, inner]) => {
    const names = typeof inner === 'string' ? [] : conditionsOf(inner)
    return name.startsWith('.') ? names : [name, ...names]
  })
}

/** The files that are named, whatever the condition. */
function targetsOf(exports: unknown): string[] {
  return typeof exports === 'string' ? [exports] : Object.values(Object(exports)).flatMap(targetsOf)
}

async function faultOf(
  subpath: string,
  installation: string,
  conditions: readonly string[],
): Promise<string | undefined> {
  try {
    const { atOnce, late } = await bundle(`export * from '${importPath(subpath)}'`, installation, conditions)
    const hasParser = [atOnce, late].flatMap(packagesOf).includes('@xmldom/xmldom')
    return hasParser === READS_XML.includes(subpath)
      ? undefined
      : hasParser
        ? 'has a parser'
        : 'has no parser'
  } catch (error) {
    return `is not bundled: ${error instanceof Error ? error.message : String(error)}`
  }
}
