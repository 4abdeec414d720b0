// A file that holds a token for other programs: for its owner alone, and whole at every moment, since a reader that comes
// in the middle of a write would show half a token.

import { randomUUID } from 'node:crypto'
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Complaint } from '../complaint.ts'
import { systemReason } from '../system-reason.ts'

export interface TokenFile {
  /** @throws {Complaint} where it can't be; then what was there before is still there */
  write(text: string): Promise<void>
}

/**
 * The file at the path, or where a link there leads.
 *
 * @throws {Complaint} where something else than a file is there: a rename over a device or a pipe would take its place
 */
export async function tokenFileAt(path: string): Promise<TokenFile> {
  const file = await realpath(path).catch(() => path)
  const found = await stat(file).catch(() => undefined)
  if (found !== undefined && !found.isFile()) {
    throw cannotWrite(path, found.isDirectory() ? 'it is a directory' : 'it is no regular file')
  }
  return {
    async write(text) {
      const next = join(dirname(file), `.${basename(file)}.${randomUUID()}`)
      try {
        await writeFile(next, text, { mode: 0o600, flag: 'wx' })
        await rename(next, file)
      } catch (error) {
        await rm(next, { force: true }).catch(() => {})
        throw cannotWrite(path, isMissing(error) ? 'there is no such directory' : systemReason(error))
      }
    },
  }
}

function cannotWrite(path: string, reason: string): Complaint {
  return new Complaint(`The token can't be written to ${path}: ${reason}.`)
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
