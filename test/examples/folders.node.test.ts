// What every folder of examples has to have, so that it can be copied as it is.

import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, inject, test } from 'vitest'

const repository = join(import.meta.dirname, '../..')
const here = join(repository, 'examples')
const names = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))

const filesOf = (name: string): string[] =>
  readdirSync(join(here, name), { recursive: true, encoding: 'utf8' }).filter(
    (file) => !/(^|\/)(node_modules|\.next|dist)\//.test(file),
  )

test.each(names)('%s is forty lines of code at the most, and a README', (name) => {
  const sources = filesOf(name).filter((file) => /(?<!\.d)\.ts$/.test(file))
  expect(sources).not.toEqual([])
  for (const source of sources) {
    const lines = readFileSync(join(here, name, source), 'utf8').split('\n')
    expect(lines.filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length, source).toBeLessThanOrEqual(40)
  }
  expect(
    readFileSync(join(here, name, 'README.md'), 'utf8')
      .trim()
      .split('\n').length,
  ).toBeLessThanOrEqual(9)
  expect(readFileSync(join(repository, 'README.md'), 'utf8')).toContain(`(examples/${name}/)`)
})

test.each(names)('%s names this version of the package, and all that it imports', (name) => {
  const files = filesOf(name)
  const read = (file: string) => readFileSync(join(here, name, file), 'utf8')
  const isDeno = files.includes('deno.json')
  const settings = JSON.parse(read(isDeno ? 'deno.json' : 'package.json'))
  const declared: Record<string, string> = isDeno ? settings.imports : settings.dependencies
  expect(declared['aws-web-identity']).toBe(`${isDeno ? 'npm:aws-web-identity@' : ''}^${version}`)
  for (const file of files.filter((file) => file.endsWith('.ts'))) {
    for (const [, specifier = ''] of read(file).matchAll(/ from '([^']+)'/g)) {
      if (/^(\.|node:|cloudflare:)/.test(specifier)) continue
      const [, packageName = ''] = /^((?:@[^/]+\/)?[^/]+)/.exec(specifier) ?? []
      expect(Object.keys(declared), `${file} imports ${specifier}`).toContain(packageName)
    }
  }
})

// Deno checks its own, and so does the build of Next.js; both are run.
test('the others compile by their own tsconfig.json', async () => {
  const compiled = names.filter((name) => name !== 'nextjs' && filesOf(name).includes('tsconfig.json'))
  expect(compiled.length).toBeGreaterThan(5)
  const tsc = join(inject('examples'), 'node_modules/typescript/bin/tsc')
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '--build', '--force', ...compiled], {
    cwd: inject('examples'),
  }).catch((error: { stdout: string }) => error)
  expect(stdout).toBe('')
})
