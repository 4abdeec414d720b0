// What the Query protocol must be told of a service and of one of its operations. Both are values: the
// protocol knows no service by name.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html

import type { ServiceError, ServiceErrorDetails } from '../errors.ts'
import type { XmlNode } from './xml.ts'

/** A service that speaks the Query protocol. */
export interface QueryService {
  /** The name in the credential scope, and the first label of the host: `sts`. */
  readonly signingName: string
  /** The API version: `2011-06-15`. */
  readonly version: string
  /** The regions that stand for an endpoint without a region, by name: `aws-global`. */
  readonly globalEndpoints: Readonly<Record<string, GlobalEndpoint>>
  /** Makes the error of what the service said: its class, where a code has one of its own, and its remedy. */
  readonly makeError: (details: ServiceErrorDetails) => ServiceError
}

/** An endpoint that is not in a region of its own. */
export interface GlobalEndpoint {
  readonly host: string
  readonly signingRegion: string
}

/** An operation of a service. */
export interface QueryOperation<Output> {
  readonly name: string
  /** Whether only regional endpoints have it. */
  readonly isRegionalOnly: boolean
  /** Reads the `…Result` element, and throws an `XmlError` where it is not as promised. */
  readonly result: ResultDecoder<Output> | NoResult<Output>
}

/** Reads the `…Result` element; throws an `XmlError` where it is not as promised. */
export type ResultDecoder<Output> = (result: XmlNode) => Output

/** The operation answers nothing but that it was done; this is what its caller gets. */
export interface NoResult<Output> {
  readonly output: Output
}
