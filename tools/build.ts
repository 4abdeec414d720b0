// Writes dist/: JavaScript, declarations, source maps.

import { execFileSync } from 'node:child_process'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

rmSync('dist', { recursive: true, force: true })
execFileSync('tsc', ['--build', '--force', 'src'], { stdio: 'inherit', shell: process.platform === 'win32' })

// The compiler rewrites `./x.ts` to `./x.js` in what it emits, but not in the declarations, where Deno looks for
// the very file that is named. Both are of one length, so the declaration maps stay right.
for (const file of globSync('dist/**/*.d.ts')) {
  const declarations = readFileSync(file, 'utf8')
  writeFileSync(file, declarations.replaceAll(/(from |import\()(['"]\.[^'"]*)\.ts(['"])/g, '$1$2.js$3'))
}
