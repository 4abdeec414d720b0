// Writes dist/: JavaScript, declarations, source maps. Where it is already what would be written, nothing is done: nearly every
// script of package.json builds first, and the compiler takes longer than some of them.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'

/** The digest of what the last build read, and of what it wrote. */
const STAMP = 'node_modules/.cache/build'
const INPUTS = ['src/**/*', 'tsconfig.json', 'package-lock.json', 'tools/build.ts']

const inputs = digestOf(INPUTS)
if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== `${inputs} ${digestOf(['dist/**/*'])}`) {
  rmSync('dist', { recursive: true, force: true })
  execFileSync('tsc', ['--build', '--force', 'src'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  completeDeclarations()
  mkdirSync('node_modules/.cache', { recursive: true })
  writeFileSync(STAMP, `${inputs} ${digestOf(['dist/**/*'])}`)
}

// The compiler rewrites `./x.ts` to `./x.js` in what it emits, but not in the declarations, where Deno looks for
// the very file that is named. Both are of one length, so the declaration maps stay right.
function completeDeclarations(): void {
  for (const file of globSync('dist/**/*.d.ts')) {
    const declarations = readFileSync(file, 'utf8')
    writeFileSync(file, declarations.replaceAll(/(from |import\()(['"]\.[^'"]*)\.ts(['"])/g, '$1$2.js$3'))
  }
}

function digestOf(patterns: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of globSync([...patterns]).sort()) {
    if (!statSync(file).isFile()) continue
    const content = readFileSync(file)
    hash.update(`${file} ${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}
