// Reads a file that holds a token: by a function that was given, or the platform's own, looked up only then.

import { CredentialsError } from '../errors.ts'
import { platform } from '../platform.ts'

/** Gives the text of a file. */
export type ReadFile = (path: string) => Promise<string>

/**
 * @param what the file's name in messages, such as `AWS_WEB_IDENTITY_TOKEN_FILE`
 * @throws {CredentialsError} without a cause: an injected function may say anything, the file's text included.
 */
export async function readTextFile(
  readFile: ReadFile | undefined,
  path: string,
  what: string,
): Promise<string> {
  const read = readFile ?? platformReadFile(what)
  let text: unknown
  try {
    text = await read(path)
  } catch (error) {
    throw new CredentialsError(`${what}${placeOf(path)} cannot be read: ${reasonOf(error)}`)
  }
  if (typeof text !== 'string') {
    throw new CredentialsError(
      `${what} cannot be read: readFile must give a string: it gave the type ${typeof text}`,
    )
  }
  return text
}

// Who put the token itself where its file's path belongs must not find it in a log.
function placeOf(path: string): string {
  return /[\\/]/.test(path) && !/eyJ|\s/.test(path) ? `, ${JSON.stringify(path)},` : ' (its value is no path)'
}

function platformReadFile(what: string): ReadFile {
  const { Deno, process } = platform()
  if (Deno?.readTextFile !== undefined) return Deno.readTextFile
  const files = process?.getBuiltinModule?.('node:fs/promises')
  if (files !== undefined) return (path) => files.readFile(path, 'utf8')
  throw new CredentialsError(`${what} cannot be read: this runtime has no files, give \`readFile\``)
}

// `ENOENT` of Node, `NotFound` of Deno, whose `NotCapable` is a missing permission.
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it threw something that is no error'
  if (error.name === 'NotCapable' || error.name === 'PermissionDenied') {
    return 'Deno does not let it be read: run with --allow-read'
  }
  const { code, name } = error as { code?: unknown; name: string }
  return typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : name
}
