// A file that holds a token for other programs: for its owner alone, and whole at every moment, since a reader that comes
// in the middle of a write would show half a token.

import { randomUUID } from 'node:crypto'
import { readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
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
  const file = await endOf(path)
  const found = await stat(file).catch(() => undefined)
  if (found !== undefined && !found.isFile()) {
    throw cannotWrite(path, found.isDirectory() ? 'it is a directory' : 'it is no regular file')
  }
  return {
    async write(text) {
      // Not longer than the name, which may be as long as the file system has them.
      const next = join(dirname(file), `.${basename(file).slice(0, 20)}.${randomUUID()}`)
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

// A link may lead to a file that is not there yet.
async function endOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    const target = isMissing(error) ? await readlink(path).catch(() => undefined) : undefined
    return target === undefined ? path : endOf(resolve(dirname(path), target))
  }
}

function cannotWrite(path: string, reason: string): Complaint {
  return new Complaint(`The token can't be written to ${path}: ${reason}.`)
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
