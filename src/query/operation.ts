// What the Query protocol must be told of an operation. It is a value: the protocol knows none by name.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html

import type { ServiceError } from '../errors.ts'
import type { QueryParameters } from './form.ts'
import type { XmlElement } from './xml-element.ts'

/** An operation of a service. */
export interface QueryOperation<Output> {
  readonly name: string
  /** Whether only regional endpoints have it. */
  readonly isRegionalOnly: boolean
  /** Whether requests are signed, and so need credentials. */
  readonly isSigned: boolean
  /** The values of parameters that are secrets themselves. */
  readonly secretsIn?: (parameters: QueryParameters) => readonly string[]
  /**
   * The refusal that AWS would give where the session of the credentials ends too soon for this request.
   *
   * @param now the server's time in milliseconds
   */
  readonly checkSession?: (
    parameters: QueryParameters,
    sessionEnd: Date,
    now: number,
  ) => Promise<ServiceError | undefined>
  /** Reads the `…Result` element, and throws an `XmlError` where it is not as promised. */
  readonly result: ResultDecoder<Output> | NoResult<Output>
}

/** Reads the `…Result` element; throws an `XmlError` where it is not as promised. */
export type ResultDecoder<Output> = (result: XmlElement) => Output

/** The operation answers nothing but that it was done; this is what its caller gets. */
export interface NoResult<Output> {
  readonly output: Output
}
