// The ways in which a page brings the suite to run, and where its files are.

import { randomUUID } from 'node:crypto'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bundler, esbuildScript, esbuildSplit } from '../bundles.ts'
import type { Lab } from '../lab.ts'
import type { Packed } from '../packed.ts'
import type { Place } from '../sentence.ts'
import type { Report } from '../suite.ts'
import { placeOf } from './runtime.ts'

export type Kind = 'page' | 'web worker' | 'service worker'

/** Makes the files of a kind. */
export async function prepare({ folder }: Packed, kind: Kind, bundle: Bundler, name: string): Promise<void> {
  const out = `files/${name}`
  switch (kind) {
    case 'page':
      await bundle({ folder, entry: 'page.js', out })
      await copyFile(join(folder, 'page.html'), join(folder, out, 'index.html'))
      return
    case 'web worker':
      await copyFile(join(folder, 'page.js'), join(folder, 'web-worker.js'))
      await bundle({ folder, entry: 'web-worker.js', out })
      break
    case 'service worker':
      await esbuildScript({ folder, entry: 'service-worker.js', out })
  }
  const start = kind === 'web worker' ? 'start-worker' : 'start-service-worker'
  await copyFile(join(folder, `${start}.js`), join(folder, out, `${start}.js`))
  await copyFile(join(folder, `${start}.html`), join(folder, out, 'index.html'))
}

export const defaultBundle = esbuildSplit

/** How long a browser may take. */
const PATIENCE = 240_000

/** @param open shows a page of the lab */
export async function reportOf(
  lab: Lab,
  name: string,
  differences: Partial<Place>,
  open: (url: string) => Promise<unknown>,
): Promise<Report> {
  const id = randomUUID()
  const place = placeOf(lab, { isBrowser: true, ...differences })
  const parameters = new URLSearchParams({ name: id, place: JSON.stringify(place) })
  await open(`${lab.url}/lab/files/${name}/index.html?${parameters}`)
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`There is no report after ${PATIENCE} ms`)), PATIENCE)
  })
  try {
    const report = await Promise.race([lab.report(id), tooLate])
    if (typeof report === 'string') throw new Error(report)
    // It is what programs/page.js sends.
    return report as Report
  } finally {
    clearTimeout(timer)
  }
}
