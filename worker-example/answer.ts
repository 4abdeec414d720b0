// The Worker's answers: JSON that no cache may keep (RFC 9111 §5.2.2.5), for good news and bad.

/** A JSON answer. */
export function answer(status: number, body: object, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { ...headers, 'Cache-Control': 'no-store' } })
}

/** Thrown to answer with an error; its message is for the caller, so it tells nothing that is the Worker's. */
export class Refusal extends Error {
  readonly status: number
  /** What was wrong, for a program. */
  readonly code: string
  readonly headers: Record<string, string>

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.headers = headers
  }

  override get name(): string {
    return 'Refusal'
  }

  toResponse(): Response {
    return answer(this.status, { error: this.code, message: this.message }, this.headers)
  }
}
