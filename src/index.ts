// What `import … from 'aws-web-identity'` gives.

export {
  CredentialsError,
  ExpiredTokenException,
  FeatureDisabledException,
  FeatureEnabledException,
  IDPCommunicationErrorException,
  IDPRejectedClaimException,
  InputError,
  InvalidIdentityTokenException,
  isCredentialsError,
  isExpiredTokenException,
  isFeatureDisabledException,
  isFeatureEnabledException,
  isIDPCommunicationErrorException,
  isIDPRejectedClaimException,
  isInputError,
  isInvalidIdentityTokenException,
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
export type { Fetch, FetchFunction } from './http/fetch.ts'
export type { CallOptions } from './query/call-options.ts'
export type { CallerDescription } from './query/caller.ts'
export type { ClientOptions } from './query/client-options.ts'
export type { Credentials, CredentialsProvider } from './query/credentials.ts'
export type {
  ClientEvent,
  ClockEvent,
  CredentialsEvent,
  OnEvent,
  RequestEvent,
  ResponseEvent,
  RetryEvent,
} from './query/event.ts'
export type { AssumeRoleInput } from './sts/assume-role-input.ts'
export type { AssumeRoleWithWebIdentityOutput } from './sts/assume-role-with-web-identity.ts'
export type { AssumeRoleWithWebIdentityInput } from './sts/assume-role-with-web-identity-input.ts'
export type { AssumedRole, SessionCredentials } from './sts/assumed-role.ts'
export { StsClient, type StsClientOptions } from './sts/client.ts'
export type { GetCallerIdentityOutput } from './sts/get-caller-identity.ts'
export type { GetWebIdentityTokenOutput } from './sts/get-web-identity-token.ts'
export type { GetWebIdentityTokenInput, SigningAlgorithm } from './sts/get-web-identity-token-input.ts'
export type { SessionInput } from './sts/role-session-input.ts'
export type { Tag } from './sts/session-input.ts'
export { createTokenSource, type TokenSourceOptions } from './token-source/create-token-source.ts'
export { createTokenSources, type TokenSourcesOptions } from './token-source/create-token-sources.ts'
export type {
  DurationCutEvent,
  InvalidatedEvent,
  OnTokenSourceEvent,
  RefreshFailedEvent,
  StoreEvent,
  TokenEvent,
  TokenSourceEvent,
} from './token-source/event.ts'
export type { FreshnessOptions } from './token-source/freshness-options.ts'
export type { KeptSourcesOptions, TokenSourceRequest, TokenSources } from './token-source/kept-sources.ts'
export type { Minter } from './token-source/minter.ts'
export type { TokenRequest } from './token-source/request.ts'
export type { BearerSource, TokenSource } from './token-source/source.ts'
export type { SealingKey, StoreOptions, TokenStore } from './token-source/store-options.ts'
export type { TokenCallOptions } from './token-source/token-call-options.ts'
export {
  type WithWebIdentityOptions,
  withWebIdentity,
} from './token-source/with-web-identity.ts'
