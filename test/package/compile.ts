// `node compile.ts <compiler> <tsconfig.json>…` compiles projects in one process, so that what they share is read once,
// and prints what is wrong. Every file is checked as with `skipLibCheck` off, but for the platform's own declarations,
// whose faults are not this package's; and those of its dependencies, which take two seconds, once in each folder.

import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type typescript from 'typescript'

const [, , compiler = '', ...projects] = process.argv
// Of another year than the one whose types are known here; what is called below is the same in each.
const ts: typeof typescript = createRequire(import.meta.url)(compiler)

const isPlatforms = (file: string) =>
  /\/node_modules\/(@types|undici-types|@cloudflare\/workers-types|typescript-[\d.]+)\//.test(file)

const isDependencys = (file: string) =>
  /\/node_modules\//.test(file) && !/\/node_modules\/aws-web-identity\//.test(file)

const seenFolders = new Set<string>()
const platforms = new Map<string, typescript.SourceFile | undefined>()
const formatting = {
  getCurrentDirectory: () => process.cwd(),
  getCanonicalFileName: (file: string) => file,
  getNewLine: () => '\n',
}

for (const project of projects) {
  const diagnostics = faultsOf(project)
  if (diagnostics.length === 0) continue
  process.stdout.write(`${project}:\n${ts.formatDiagnostics(diagnostics, formatting)}`)
  process.exitCode = 1
}
process.stdout.write(`${projects.length} projects, TypeScript ${ts.version}\n`)

function faultsOf(project: string): typescript.Diagnostic[] {
  const folder = dirname(project)
  const { config } = ts.readConfigFile(project, ts.sys.readFile)
  const { fileNames, options, errors } = ts.parseJsonConfigFileContent(config, ts.sys, folder, {}, project)
  const host = ts.createCompilerHost(options)
  const read = host.getSourceFile
  host.getSourceFile = (file, ...rest) => {
    if (!isPlatforms(file)) return read(file, ...rest)
    if (!platforms.has(file)) platforms.set(file, read(file, ...rest))
    return platforms.get(file)
  }
  const isSeen = seenFolders.has(folder)
  seenFolders.add(folder)
  const program = ts.createProgram(fileNames, options, host)
  const checked = program
    .getSourceFiles()
    .filter(({ fileName }) => !isPlatforms(fileName) && !(isSeen && isDependencys(fileName)))
  return [
    ...errors,
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...checked.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]),
  ]
}
