// An error that the emulated service answers with: AWS's code, message and HTTP status, as in the STS API
// reference under "Common errors" and, where they differ, as the real service was seen to answer.

/** Thrown anywhere while a request is handled; it becomes AWS's `ErrorResponse`. */
export class Fault extends Error {
  readonly statusCode: number
  /** AWS's code as it stands in the XML, such as `ValidationError`. */
  readonly code: string

  constructor(statusCode: number, code: string, message: string) {
    super(message)
    this.statusCode = statusCode
    this.code = code
  }
}

/** The form can't be read as the operation's parameters. */
export function malformedInput(message: string): Fault {
  return new Fault(400, 'MalformedInput', message)
}
