// The report as a person reads it: numbered steps with their time, and what each one showed.

import { styleText } from 'node:util'
import type { EmulatorRequest } from 'aws-web-identity/emulator'
import { visiblePieces } from '../console/visible.ts'

/** A label and what it says. */
export type Row = readonly [label: string, value: string]

/** A command to try, and what it is for. */
export interface Command {
  readonly purpose: string
  readonly command: string
}

const WIDTH = 100

/** Prints to a stream; in colours where it is a terminal and `NO_COLOR` is not set. */
export class Report {
  readonly #stream: NodeJS.WriteStream
  #steps = 0

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  line(text = ''): void {
    this.#stream.write(`${text}\n`)
  }

  heading(text: string): void {
    this.line(this.#style('bold', text))
  }

  /** What was done, how long it took in milliseconds, and what it showed. */
  step(title: string, duration: number, rows: readonly Row[]): void {
    this.#steps += 1
    const start = `${this.#steps}  ${title}`
    const time = showDuration(duration)
    const gap = ' '.repeat(Math.max(2, WIDTH - start.length - time.length))
    this.line(`\n${this.#style('bold', start)}${gap}${this.#style('green', time)}`)
    this.rows(rows)
  }

  rows(rows: readonly Row[]): void {
    const labelWidth = Math.max(...rows.map(([label]) => label.length))
    for (const [label, value] of rows) {
      this.line(`   ${this.#style('cyan', label.padEnd(labelWidth))}  ${value}`)
    }
  }

  commands(commands: readonly Command[], title = 'Try it yourself, in another terminal:'): void {
    this.line(`\n${this.#style('bold', title)}`)
    for (const { purpose, command } of commands) {
      this.line(`\n   ${this.#style('dim', `# ${purpose}`)}\n   ${command}`)
    }
    this.line()
  }

  request({ time, operation = '-', statusCode, errorCode, callerArn = '-' }: EmulatorRequest): void {
    const outcome = errorCode === undefined ? String(statusCode) : `${statusCode} ${errorCode}`
    this.line(`   ${this.#style('dim', time)}  ${visible(`${operation}  ${outcome}  ${callerArn}`)}`)
  }

  #style(format: Parameters<typeof styleText>[0], text: string): string {
    return styleText(format, text, { stream: this.#stream })
  }
}

/** Text of others, which may hold what a terminal would obey: that is named, such as `[U+001B]`. */
export function visible(text: string): string {
  return visiblePieces(text)
    .map((piece) => (piece.isHidden ? `[${piece.text}]` : piece.text))
    .join('')
}

/** Such as `4 ms` or `1.21 s`. */
export function showDuration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`
}
