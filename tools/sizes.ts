// Writes docs/sizes.md: what each export costs an application that imports nothing else, from the build. With --check
// it only tells, by its exit code, whether the table still holds: the same exports and packages, the sizes within 2 %.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle, packagesOf } from './bundle.ts'
import { importPath, subpaths } from './subpaths.ts'

const root = join(import.meta.dirname, '..')
const table = join(root, 'docs/sizes.md')
const MARGIN = 0.02

interface Size {
  readonly subpath: string
  readonly name: string
  readonly atOnce: number
  readonly late: number
  /** At once, then on demand. */
  readonly packages: string
}

const HEADER = `# Sizes

What an application pays that imports this one name and nothing else: bytes, minified by esbuild with code splitting and
gzipped, of what is loaded with the application, and of what is loaded on demand (the XML parser at the first request,
jose where tokens are sealed). Behind them the packages that are in there. \`*\` is everything of a subpath. Some 700 bytes of
each name of the core are the chunk of error classes, which esbuild does not shake once a module has an \`import()\`.

Installed, the package takes 2.8 MB of a disk (sources and maps included; the command line 0.2 MB), and its four dependencies
2.75 MB: valibot 1.87, @xmldom/xmldom 0.45, jose 0.35, aws4fetch 0.07.

Written by \`npm run sizes\`; \`npm run check\` fails where a size is off by more than 2 %, or a package comes or goes.

`

const sizes = await measure()
if (!process.argv.includes('--check')) {
  writeFileSync(table, HEADER + rendered(sizes))
} else {
  const faults = differences(parsed(readFileSync(table, 'utf8')), sizes)
  if (faults.length > 0) {
    process.stderr.write(`docs/sizes.md is stale (\`npm run sizes\` writes it anew):\n${faults.join('\n')}\n`)
    process.exitCode = 1
  }
}

async function measure(): Promise<Size[]> {
  const found: Size[] = []
  for (const subpath of subpaths(root)) {
    const from = `from '${importPath(subpath)}'`
    const whole = await bundle(`export * ${from}`, root)
    for (const name of [...whole.names].sort().concat('*')) {
      const { atOnce, late } = name === '*' ? whole : await bundle(`export { ${name} } ${from}`, root)
      const [first, then] = [packagesOf(atOnce), packagesOf(late)]
      const later = then.filter((each) => !first.includes(each))
      const packages = [first.join(', ') || '–', later.join(', ')]
        .filter((part) => part !== '')
        .join('; then ')
      found.push({ subpath: importPath(subpath), name, atOnce: atOnce.bytes, late: late.bytes, packages })
    }
  }
  return found
}

function rendered(sizes: readonly Size[]): string {
  const rows = sizes.map(({ subpath, name, atOnce, late, packages }) =>
    row([`\`${subpath}\``, `\`${name}\``, String(atOnce), String(late), packages]),
  )
  const head = row(['subpath', 'export', 'at once', 'on demand', 'packages'])
  return `${[head, row(['---', '---', '--:', '--:', '---']), ...rows].join('\n')}\n`
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function parsed(markdown: string): Size[] {
  const rows = markdown.matchAll(/^\| `(.+?)` \| `(.+?)` \| (\d+) \| (\d+) \| (.*) \|$/gm)
  return [...rows].map(([, subpath = '', name = '', atOnce, late, packages = '']) => {
    return { subpath, name, atOnce: Number(atOnce), late: Number(late), packages }
  })
}

function differences(committed: readonly Size[], measured: readonly Size[]): string[] {
  const before = byExport(committed)
  const after = byExport(measured)
  const faults: string[] = []
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(name), after.get(name)]
    if (was === undefined || is === undefined) {
      faults.push(`${name} is ${is === undefined ? 'gone' : 'new'}`)
      continue
    }
    if (is.packages !== was.packages) faults.push(`${name} needs ${is.packages}, not ${was.packages}`)
    for (const part of ['atOnce', 'late'] as const) {
      if (Math.abs(is[part] - was[part]) <= was[part] * MARGIN) continue
      faults.push(`${name}: ${is[part]} bytes ${part === 'late' ? 'on demand' : 'at once'}, not ${was[part]}`)
    }
  }
  return faults
}

function byExport(sizes: readonly Size[]): Map<string, Size> {
  return new Map(sizes.map((size) => [`${size.name} of ${size.subpath}`, size]))
}
