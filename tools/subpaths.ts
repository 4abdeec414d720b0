// The package's subpaths that hold code, as its `exports` name them.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const PACKAGE = 'aws-web-identity'

/** Such as `.` and `./verify`, of the package in a folder. */
export function subpaths(folder: string): string[] {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return Object.keys(exports).filter((subpath) => !subpath.endsWith('.json'))
}

/** What an application imports: `aws-web-identity/verify` for `./verify`. */
export function importPath(subpath: string): string {
  return PACKAGE + subpath.slice(1)
}
