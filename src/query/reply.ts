// From a response to the output of an operation, or to the typed error. Status, content type and body are
// trusted in this order: a proxy's page is never parsed, and an error in XML is an error on a 200 too.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#operation-error-serialization

import {
  ResponseError,
  type ResponseErrorCode,
  type ServiceError,
  type ServiceErrorDetails,
} from '../errors.ts'
import { answerText } from './answer-text.ts'
import type { Call, MakeError, SentRequest } from './connection.ts'
import { excerpt, headerOf, redact } from './redact.ts'
import { isRetryable } from './retry.ts'
import { type XmlElement, XmlError } from './xml-element.ts'
import { parseXml } from './xml-parser.ts'

/** The request that a reply answers. */
export interface ReplyContext<Output> extends Pick<SentRequest<Output>, 'attempts' | 'signal'> {
  readonly call: Pick<Call<Output>, 'operation' | 'parameters'>
  /** What must stand in no error, such as the secret key and the session token of the request. */
  readonly secrets: readonly string[]
  readonly makeError: MakeError
}

/** @throws {ServiceError} what AWS said. @throws {ResponseError} when this is no answer of AWS's. */
export async function readReply<Output>(response: Response, context: ReplyContext<Output>): Promise<Output> {
  const { signal, secrets } = context
  const text = await answerText(response, {
    signal,
    secrets,
    noAnswer: (code, came, cause) => noAnswer(code, came, response, context, cause),
  })
  refuseForeignContent(text, response, context)
  const { result, name } = context.call.operation
  if (text === '' && response.ok && typeof result !== 'function') return result.output
  if (text === '') throw noAnswer('unexpected_content', 'an empty body', response, context)
  try {
    const root = parseXml(text)
    if (root.localName === 'ErrorResponse') throw serviceError(root, response, context)
    if (root.localName !== `${name}Response`) throw new XmlError(`its root is <${root.localName}>`)
    if (!response.ok) throw new XmlError('it is a result')
    return typeof result === 'function' ? result(root.child(`${name}Result`)) : result.output
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    const reason = redact(error.message, context.secrets).slice(0, 100)
    const came = `XML that does not answer ${name} (${reason}): ${excerpt(text, context.secrets)}`
    throw noAnswer('unexpected_reply', came, response, context)
  }
}

function refuseForeignContent<Output>(text: string, response: Response, context: ReplyContext<Output>): void {
  const contentType = response.headers.get('content-type')
  if (contentType === null && /^\s*(?:<|$)/.test(text)) return // some servers name none: what it looks like decides
  if (contentType !== null && /^(?:text|application)\/(?:[\w.-]+\+)?xml\s*(?:;|$)/i.test(contentType)) return
  throw noAnswer('unexpected_content', excerpt(text, context.secrets), response, context)
}

function noAnswer<Output>(
  code: ResponseErrorCode,
  came: string,
  response: Response,
  context: ReplyContext<Output>,
  cause?: Error,
): ResponseError {
  const contentType = headerOf(response, 'content-type', context.secrets)
  const message = `${context.call.operation.name} was answered with HTTP ${response.status}, ${contentType ?? 'no content type'}: ${came}`
  return new ResponseError(code, message, {
    statusCode: response.status,
    contentType,
    requestId: headerOf(response, 'x-amzn-requestid', context.secrets),
    retryable: code === 'incomplete_body' || isRetryable(response.status),
    attempts: context.attempts,
    cause,
  })
}

function serviceError<Output>(
  root: XmlElement,
  response: Response,
  context: ReplyContext<Output>,
): ServiceError {
  const error = root.child('Error')
  const textIn = (parent: XmlElement, name: string) => {
    const text = parent.optionalString(name)
    return text === undefined ? undefined : redact(text, context.secrets)
  }
  const code = textIn(error, 'Code')
  if (!/^[\w.-]{1,100}$/.test(code ?? '') || code === undefined)
    throw new XmlError('its <Error> has no <Code>')
  const type = textIn(error, 'Type') ?? (response.status >= 500 ? 'Receiver' : 'Sender')
  const details: ServiceErrorDetails = {
    code,
    message: textIn(error, 'Message') || code,
    statusCode: response.status,
    requestId: textIn(root, 'RequestId') ?? headerOf(response, 'x-amzn-requestid', context.secrets),
    fault: type === 'Receiver' ? 'server' : 'client',
    retryable: isRetryable(response.status, code),
    attempts: context.attempts,
  }
  return context.makeError(details, context.call.parameters)
}
