// The whole text of an answer, or the error of a response that is none: of AWS and of relying parties alike.

import type { ResponseError, ResponseErrorCode } from '../errors.ts'
import { BodyNotText, BodyTooLarge, MAX_BODY_BYTES, readText } from '../http/body.ts'
import { redactError } from './redact.ts'

/** How an answer is read. */
export interface AnswerContext {
  readonly signal: AbortSignal
  /** What must stand in no error. */
  readonly secrets: readonly string[]
  /** The error of what came in place of an answer. */
  readonly noAnswer: (code: ResponseErrorCode, came: string, cause?: Error) => ResponseError
}

/** @throws {ResponseError} as `noAnswer` makes it; the signal's reason. */
export async function answerText(response: Response, context: AnswerContext): Promise<string> {
  const { signal, secrets, noAnswer } = context
  refuseRedirect(response, noAnswer)
  try {
    return await readText(response, signal)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof BodyTooLarge)
      throw noAnswer('too_large', `a body of more than ${MAX_BODY_BYTES} bytes`)
    if (error instanceof BodyNotText) throw noAnswer('unexpected_content', 'a body that is not UTF-8')
    throw noAnswer('incomplete_body', 'a body that broke off', redactError(error, secrets))
  }
}

// `redirect: 'manual'` shows a redirect as it is; a browser hides it behind the status 0.
function refuseRedirect(response: Response, noAnswer: AnswerContext['noAnswer']): void {
  if (response.type !== 'opaqueredirect' && (response.status < 300 || response.status > 399)) return
  response.body?.cancel().catch(() => {}) // how it ends is nobody's concern
  throw noAnswer('redirect', 'a redirect, which is not followed')
}
