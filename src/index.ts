// What `import … from 'aws-web-identity'` gives.

export {
  CredentialsError,
  InputError,
  isCredentialsError,
  isInputError,
  isJWTPayloadSizeExceededException,
  isOutboundWebIdentityFederationDisabledException,
  isResponseError,
  isServiceError,
  isSessionDurationEscalationException,
  isTimeoutError,
  isWebIdentityError,
  JWTPayloadSizeExceededException,
  OutboundWebIdentityFederationDisabledException,
  ResponseError,
  type ResponseErrorCode,
  ServiceError,
  SessionDurationEscalationException,
  TimeoutError,
  WebIdentityError,
} from './errors.ts'
export type { Credentials, CredentialsProvider } from './query/credentials.ts'
export type { CallOptions } from './query/send.ts'
export { StsClient, type StsClientOptions } from './sts/client.ts'
export type { GetCallerIdentityOutput } from './sts/get-caller-identity.ts'
export type { GetWebIdentityTokenOutput } from './sts/get-web-identity-token.ts'
export type { GetWebIdentityTokenInput, SigningAlgorithm, Tag } from './sts/get-web-identity-token-input.ts'
