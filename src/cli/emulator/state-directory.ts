// Keeps an emulator's state in a directory: private keys, so for its owner alone, and whole at every moment.

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmulatorState } from '../../emulator/account/state.ts'
import { Complaint } from '../complaint.ts'
import { systemReason } from '../system-reason.ts'
import { Locked, lock, type StateLock } from './state-lock.ts'

/** Changes that come together are written once. */
const settleMs = 50

/** A directory that belongs to this process until it is closed. */
export class StateDirectory {
  readonly file: string
  readonly #lock: StateLock
  #writing: Promise<void> = Promise.resolve()
  #isDue = false

  constructor(directory: string, held: StateLock) {
    this.file = join(directory, 'state.json')
    this.#lock = held
  }

  /** @throws {Complaint} where the state is in use, or the directory can't be */
  static async open(directory: string, onLost: () => void): Promise<StateDirectory> {
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      return new StateDirectory(directory, await lock(join(directory, 'lock'), onLost))
    } catch (error) {
      if (error instanceof Locked) {
        throw new Complaint(
          `The state in ${directory} is in use by another emulator, process ${error.pid}: stop that one, or give this one another directory.`,
        )
      }
      throw new Complaint(`The state can't be kept in ${directory}: ${systemReason(error)}.`)
    }
  }

  /** What is kept, not yet checked; `undefined` where nothing is. @throws {Complaint} where it can't be read */
  async read(): Promise<unknown> {
    let text: string
    try {
      text = await readFile(this.file, 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw new Complaint(`The state ${this.file} can't be read: ${systemReason(error)}.`)
    }
    try {
      return JSON.parse(text)
    } catch {
      throw this.corrupt('it is no JSON')
    }
  }

  corrupt(why: string): Complaint {
    return new Complaint(
      `The state ${this.file} is none that an emulator wrote (${why}): restore it, or delete it to begin anew with other keys.`,
    )
  }

  /** Writes soon what the emulator exports then; one write after the other. */
  save(exportState: () => Promise<EmulatorState>): void {
    if (this.#isDue) return
    this.#isDue = true
    this.#writing = this.#writing.then(async () => {
      await new Promise((resolve) => setTimeout(resolve, settleMs))
      this.#isDue = false
      try {
        await this.write(await exportState())
      } catch (error) {
        process.stderr.write(`The state could not be written to ${this.file}: ${systemReason(error)}.\n`)
      }
    })
  }

  /** A file of that name is always whole: the old one, or the new one. */
  async write(state: EmulatorState): Promise<void> {
    const next = `${this.file}.next`
    try {
      await writeFile(next, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600, flush: true })
      await rename(next, this.file)
    } catch (error) {
      await rm(next, { force: true })
      throw error
    }
  }

  /** Waits for what is still to be written, then lets others have the directory. */
  async close(): Promise<void> {
    await this.#writing
    this.#lock.release()
  }
}
