// The subpath `aws-web-identity/exchange`: trade a token at a relying party.

export { ExchangeError, type ExchangeErrorDetails, isExchangeError } from '../errors.ts'
export type { Fetch } from '../http/fetch.ts'
export {
  type AccessToken,
  type AccessTokenSource,
  createTokenExchange,
  type TokenExchangeOptions,
} from './create-token-exchange.ts'
export type { BodyFormat, Grant } from './grants.ts'
export type {
  CallerIdentity,
  EndpointOptions,
  ExchangePreset,
  Preset,
  Registration,
  Remedy,
  TokenExchange,
  TokenOptions,
} from './preset.ts'
export type { AnthropicOptions } from './presets/anthropic.ts'
export type { ChainguardOptions } from './presets/chainguard.ts'
export type { CustomExchange, CustomOptions } from './presets/custom.ts'
export type { DatabricksOptions } from './presets/databricks.ts'
export type { EntraOptions } from './presets/entra.ts'
export type { GoogleCloudOptions } from './presets/google-cloud.ts'
export type { OpenAiOptions } from './presets/openai.ts'
export type { OpenRouterOptions } from './presets/openrouter.ts'
export type { SnowflakeOptions } from './presets/snowflake.ts'
export type { TailscaleOptions } from './presets/tailscale.ts'
export * as presets from './presets.ts'
export {
  type ExchangeRequest,
  type ExchangeStep,
  type GrantedToken,
  type JsonObject,
  type ReplyContext,
  UnusableReply,
} from './step.ts'
