// What the Query protocol must be told of a service and of one of its operations. Both are values: the
// protocol knows no service by name.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html

import type { ServiceError, ServiceErrorDetails } from '../errors.ts'
import type { QueryParameters } from './form.ts'
import type { PartitionId } from './partition.ts'
import type { XmlElement } from './xml-element.ts'

/** A service that speaks the Query protocol. */
export interface QueryService {
  /** The name in the credential scope, and the first label of a regional host: `sts`. */
  readonly signingName: string
  /** The API version: `2011-06-15`. */
  readonly version: string
  /**
   * The endpoints that are not as the rule has them; `undefined` where they are. Throws an `InputError` where the
   * service has none.
   */
  readonly specialEndpoint: (variant: EndpointVariant) => SpecialEndpoint | undefined
  /** The hosts by which a custom endpoint is known to be the global one. */
  readonly globalHosts: readonly string[]
  /** Makes the error of what the service said: its class, where a code has one of its own, and its remedy. */
  readonly makeError: (details: ServiceErrorDetails, parameters: QueryParameters) => ServiceError
}

/** Which of a service's endpoints is wanted. */
export interface EndpointVariant {
  readonly region: string
  readonly partition: PartitionId
  readonly fips: boolean
  readonly dualstack: boolean
}

/** An endpoint that is not `https://<service>[-fips].<region>.<suffix>`. */
export interface SpecialEndpoint {
  readonly host: string
  readonly signingRegion: string
  /** Whether it is the service's endpoint without a region. */
  readonly isGlobal: boolean
}

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
  ) => ServiceError | undefined
  /** Reads the `…Result` element, and throws an `XmlError` where it is not as promised. */
  readonly result: ResultDecoder<Output> | NoResult<Output>
}

/** Reads the `…Result` element; throws an `XmlError` where it is not as promised. */
export type ResultDecoder<Output> = (result: XmlElement) => Output

/** The operation answers nothing but that it was done; this is what its caller gets. */
export interface NoResult<Output> {
  readonly output: Output
}
