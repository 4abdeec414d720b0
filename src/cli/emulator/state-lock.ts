// Keeps a second emulator away from a state that is in use. Node has no file locks, so the lock is a file which its
// owner touches every other second. It is stale when its process is gone, or when nobody has touched it for a while:
// by then another process may have the same id, as the first process of every container has.

import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'

const touchedEvery = 2000
const staleAfter = 10_000

/** A lock that is held. */
export interface StateLock {
  /** Without waiting, so that it can be done while the process exits. */
  release(): void
}

interface Owner {
  readonly pid: number
  readonly host: string
  /** Tells two owners of one process id apart. */
  readonly id: string
}

/** Who holds the lock already. */
export class Locked extends Error {
  readonly pid: number

  constructor(pid: number) {
    super(`Locked by process ${pid}`)
    this.pid = pid
  }
}

/**
 * @param onLost called when another took the lock over, as it may where this process was suspended for long
 * @throws {Locked}
 */
export async function lock(file: string, onLost: () => void): Promise<StateLock> {
  const owner: Owner = { pid: process.pid, host: hostname(), id: randomUUID() }
  const own = `${file}.${owner.id}`
  await writeFile(own, `${owner.pid} ${owner.host} ${owner.id}`, { mode: 0o600 })
  try {
    await acquire(own, file)
  } finally {
    await rm(own, { force: true })
  }
  const timer = setInterval(() => void touch(file, owner, lost), touchedEvery)
  timer.unref()
  let isHeld = true
  function lost() {
    if (!isHeld) return
    isHeld = false
    clearInterval(timer)
    onLost()
  }
  return {
    release() {
      if (!isHeld) return
      isHeld = false
      clearInterval(timer)
      rmSync(file, { force: true })
    },
  }
}

// A link comes to be with its content, or not at all.
async function acquire(own: string, file: string): Promise<void> {
  for (;;) {
    try {
      return await link(own, file)
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error
    }
    const held = await read(file)
    if (held === undefined) continue
    if (await isLive(held, file)) throw new Locked(held.pid)
    await setAside(file, `${own}.stale`, held)
  }
}

async function isLive({ pid, host }: Owner, file: string): Promise<boolean> {
  if (host === hostname() && (pid === process.pid || !isRunning(pid))) return false
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: 0 }))
  return Math.abs(Date.now() - mtimeMs) < staleAfter
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It runs, but is another user's.
    return isCode(error, 'EPERM')
  }
}

// Of two that find the same stale lock, one renames it; the other may catch the first one's new lock, and gives it back.
async function setAside(file: string, aside: string, stale: Owner): Promise<void> {
  try {
    await rename(file, aside)
    if ((await read(aside))?.id !== stale.id) await link(aside, file)
  } catch (error) {
    if (!isCode(error, 'ENOENT') && !isCode(error, 'EEXIST')) throw error
  } finally {
    await rm(aside, { force: true })
  }
}

async function touch(file: string, owner: Owner, lost: () => void): Promise<void> {
  const held = await read(file)
  if (held?.id !== owner.id) return lost()
  const now = new Date()
  await utimes(file, now, now).catch(() => {})
}

// `undefined` where there is none; what is no lock of this program is one whose owner is nobody.
async function read(file: string): Promise<Owner | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
  const [, pid, host = '', id = text] = /^(\d+) (\S+) (\S+)$/.exec(text) ?? []
  return { pid: Number(pid ?? 0), host, id }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
