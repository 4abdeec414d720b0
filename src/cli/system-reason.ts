// The operating system's errors in a few words.

/** Why a file or an address can't be had. */
export function systemReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons[code] ?? (error instanceof Error ? error.message : String(error))
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'it is no directory',
  EEXIST: 'it is no directory',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
}
