// Errors as the Worker answers them: problem details, RFC 9457, which no cache may keep (RFC 9111 section 5.2.2.5).

import { withCommonHeaders } from './common-headers.ts'

/** What a problem has besides its status and its words. */
export interface ProblemDetails {
  /** Further members for a program. */
  readonly members?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  /** Why, for the audit alone. */
  readonly why?: string
}

/** Thrown to answer with an error. Its message is for the caller: it tells nothing that is the Worker's. */
export class Problem extends Error {
  readonly status: number
  /** What was wrong, for a program. */
  readonly code: string
  readonly members: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
  readonly why: string | undefined

  constructor(
    status: number,
    code: string,
    message: string,
    { members = {}, headers = {}, why }: ProblemDetails = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.members = members
    this.headers = headers
    this.why = why
  }

  override get name(): string {
    return 'Problem'
  }

  /** The answer: `application/problem+json`. Its type is `about:blank`, so its title is the status' own (section 4.2.1). */
  toResponse(requestId: string): Response {
    const { status, code, message, members } = this
    const body = { title: TITLES[status] ?? 'Error', status, detail: message, code, requestId, ...members }
    return withCommonHeaders(
      new Response(JSON.stringify(body), {
        status,
        headers: { ...this.headers, 'Content-Type': 'application/problem+json' },
      }),
      requestId,
    )
  }
}

// RFC 9110 section 15, and nginx's 499.
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  499: 'Client Closed Request',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
}
