// Writes docs/api.txt: the public declarations of every subpath, from the build, so that a change of the interface shows
// in a diff. With --check it only tells, by its exit code, whether the file is what it would write.

import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { importPath, subpaths } from './subpaths.ts'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const report = join(root, 'docs/api.txt')

const HEADER = `The public declarations of aws-web-identity, by subpath. Written by \`npm run api-report\`; \`npm run check\` fails where it
is stale. Behind them stands what they speak of besides: what another subpath exports, and what none does.
`

const entries = new Map(subpaths(root).map((subpath) => [subpath, declarationsOf(subpath)]))
const program = ts.createProgram([...entries.values()], {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  lib: ['lib.es2023.d.ts', 'lib.webworker.d.ts'],
  types: ['node'],
  strict: true,
})
const checker = program.getTypeChecker()
const printer = ts.createPrinter({ removeComments: true, omitTrailingSemicolon: true })

const publicSymbols = new Map([...entries].map(([subpath, file]) => [subpath, exportsOf(file)]))

const text = [HEADER, ...[...publicSymbols].map(([subpath, exported]) => section(subpath, exported))].join(
  '\n',
)
if (!process.argv.includes('--check')) {
  writeFileSync(report, text)
} else if (readFileSync(report, 'utf8') !== text) {
  process.stderr.write('docs/api.txt is stale: run `npm run api-report`, and look at its diff.\n')
  process.exitCode = 1
}

function declarationsOf(subpath: string): string {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return join(root, exports[subpath].types)
}

/** With the names under which they are exported. */
function exportsOf(file: string): Map<ts.Symbol, string> {
  const source = program.getSourceFile(file)
  const module = source && checker.getSymbolAtLocation(source)
  if (module === undefined) throw new Error(`${file} is no module.`)
  return new Map(checker.getExportsOfModule(module).map((symbol) => [target(symbol), symbol.name]))
}

function section(subpath: string, exported: ReadonlyMap<ts.Symbol, string>): string {
  const elsewhere = new Map<ts.Symbol, string>()
  const nowhere = new Set<ts.Symbol>()
  const sort = (symbol: ts.Symbol): void => {
    for (const named of namedBy(symbol)) {
      if (exported.has(named)) continue
      const [place] = [...publicSymbols].find(([, symbols]) => symbols.has(named)) ?? []
      if (place === undefined) nowhere.add(named)
      else elsewhere.set(named, `${named.name} of ${importPath(place)}`)
    }
  }
  for (const symbol of exported.keys()) sort(symbol)
  // A set gives what is added while it is walked through.
  for (const symbol of nowhere) sort(symbol)

  const lines = [`\n=== ${importPath(subpath)} ===\n`, ...printed([...exported])]
  if (elsewhere.size > 0) lines.push('--- exported elsewhere ---\n', ...[...elsewhere.values()].sort(), '')
  if (nowhere.size > 0) {
    lines.push('--- not exported ---\n', ...printed([...nowhere].map((symbol) => [symbol, symbol.name])))
  }
  return lines.join('\n')
}

function printed(symbols: readonly (readonly [ts.Symbol, string])[]): string[] {
  return symbols
    .map(([symbol, name]) => [name, ownDeclarations(symbol).map(print).join('\n')] as const)
    .sort(([one], [other]) => (one < other ? -1 : Number(one > other)))
    .map(([, declarations]) => `${declarations}\n`)
}

function print(declaration: ts.Declaration): string {
  // Of a variable, the statement says `const`.
  const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
  return printer
    .printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile())
    .replace(/^(?:export )?(?:declare )?/, '')
}

/** What the declarations of a symbol name of this package. */
function namedBy(symbol: ts.Symbol): Set<ts.Symbol> {
  const names = new Set<ts.Symbol>()
  const visit = (node: ts.Node): void => {
    const found = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined
    const named = found && target(found)
    if (named !== undefined && named !== symbol && isStatement(named)) names.add(named)
    ts.forEachChild(node, visit)
  }
  for (const declaration of ownDeclarations(symbol)) visit(declaration)
  return names
}

function target(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

function ownDeclarations({ declarations = [] }: ts.Symbol): ts.Declaration[] {
  return declarations.filter((node) => !relative(dist, node.getSourceFile().fileName).startsWith('..'))
}

/** Not a member, a parameter or a type parameter. */
function isStatement(symbol: ts.Symbol): boolean {
  return ownDeclarations(symbol).some(
    (node) =>
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isFunctionDeclaration(node) ||
      (ts.isVariableDeclaration(node) && ts.isSourceFile(node.parent.parent.parent)),
  )
}
