// Answers that no cache may keep, each with the id by which the log tells of its request.

/** The same answer, with `X-Request-Id`, and `Cache-Control: no-store` unless it says something of its own. */
export function withCommonHeaders(response: Response, requestId: string): Response {
  if (!response.headers.has('Cache-Control')) response.headers.set('Cache-Control', 'no-store')
  response.headers.set('X-Content-Type-Options', 'nosniff')
  response.headers.set('X-Request-Id', requestId)
  return response
}
