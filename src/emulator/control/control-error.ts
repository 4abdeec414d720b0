// What the control path answers when it can't do what was asked.

import { InputError } from '../../errors.ts'

/** A refusal with its status; `path` names what is wrong, as in an `InputError`. */
export class ControlError extends Error {
  readonly status: number
  readonly path: string
  readonly rule: string
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, path: string, rule: string, headers: Readonly<Record<string, string>> = {}) {
    super(`${path} ${rule}`)
    this.status = status
    this.path = path
    this.rule = rule
    this.headers = headers
  }

  override get name(): string {
    return 'ControlError'
  }
}

/** `{ "error": { "path", "rule", "message" } }`; an error that is none of these is thrown on. */
export function controlErrorResponse(error: unknown): Response {
  if (!(error instanceof ControlError || error instanceof InputError)) throw error
  const { path, rule, message } = error
  const { status, headers } = error instanceof ControlError ? error : { status: 400, headers: {} }
  return Response.json({ error: { path, rule, message } }, { status, headers })
}
