// What is said on stderr of a token in a file: never the token.

import type { Failure } from '../failure.ts'
import { tell, tellJson } from '../output.ts'

/** What happens to the file, as it is told. */
export interface Telling {
  written(expiration: Date): void
  /** A new token could not be had, or not be written; the one in the file ends at `expiration`. */
  failed(failure: Pick<Failure, 'code' | 'message'>, expiration: Date): void
  /** The session of the credentials ends soon, so that a shorter token is asked for. */
  cut(durationSeconds: number): void
  stopped(expiration: Date): void
}

/** In sentences, or as one JSON object a line. */
export function telling(file: string, isJson: boolean): Telling {
  return isJson ? inJson(file) : inWords(file)
}

function inWords(file: string): Telling {
  return {
    written: (expiration) => tell(`${clock()} ${file} has a token that is good until ${timeOf(expiration)}.`),
    failed({ message }, expiration) {
      const rest = expiration.getTime() > Date.now() ? 'is good until' : 'is over since'
      tell(`${clock()} ${message} The token in ${file} ${rest} ${timeOf(expiration)}; it is tried again.`)
    },
    cut: (seconds) =>
      tell(`${clock()} The session of the AWS credentials ends soon: a token of ${seconds} s is asked for.`),
    stopped: (expiration) =>
      tell(`${clock()} Stopped; the token stays in ${file}, and is good until ${timeOf(expiration)}.`),
  }
}

function inJson(file: string): Telling {
  return {
    written: (expiration) => tellJson({ event: 'token', file, expiration }),
    failed: ({ code, message }, expiration) => tellJson({ event: 'failed', file, code, message, expiration }),
    cut: (durationSeconds) => tellJson({ event: 'duration_cut', file, durationSeconds }),
    stopped: (expiration) => tellJson({ event: 'stopped', file, expiration }),
  }
}

function clock(): string {
  return timeOf(new Date())
}

function timeOf(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z')
}
