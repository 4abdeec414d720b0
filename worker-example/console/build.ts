// Makes what the console sends to browsers: bundles its scripts, minifies its style, and writes both into one module that
// the Worker imports. `[build]` in wrangler.toml has wrangler run it. A module, and not wrangler's text modules, so that the
// Worker stays one file.

import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const HERE = import.meta.dirname
const FOLDER = join(HERE, 'generated')
const FILE = join(FOLDER, 'assets.js')

/** Writes generated/assets.js, where it is not as it should be already. */
export async function buildConsole(): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: ['client/page.ts', 'client/verify.ts', 'style.css'].map((entry) => join(HERE, entry)),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    // The page's script loads the verifier when it is first used.
    external: ['/console/*'],
    outdir: FOLDER,
    write: false,
    // Without the tsconfig.json beside it, whose base is missing where the folder was copied into another project.
    tsconfigRaw: {},
    logLevel: 'warning',
  })
  const assets = Object.fromEntries(
    outputFiles.map(({ path, text }) => [basename(path), { text, etag: etagOf(text) }]),
  )
  const module = `// Made by build.ts.\nexport const assets = ${JSON.stringify(assets, null, 2)}\n`
  if ((await readFile(FILE, 'utf8').catch(() => '')) === module) return
  await mkdir(FOLDER, { recursive: true })
  // At one stroke: another wrangler may be reading it.
  const draft = `${FILE}.${process.pid}`
  await writeFile(draft, module)
  await rename(draft, FILE)
}

function etagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
}

// `import.meta.main` is Node 24’s; wrangler runs this by whichever Node there is.
if (process.argv[1] === import.meta.filename) await buildConsole()
