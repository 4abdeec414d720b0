// The subpath `aws-web-identity/cloudflare`: one mint for a whole fleet of Workers.

export type { BrokeredToken } from './broker.ts'
export type { BrokerReply } from './broker-reply.ts'
export {
  type BrokeredTokenSourceOptions,
  type BrokerNamespace,
  type BrokerStub,
  brokeredTokenSource,
} from './brokered-token-source.ts'
export { type BrokeredTokenSourcesOptions, brokeredTokenSources } from './brokered-token-sources.ts'
export { type BrokerOptions, WebIdentityTokenBroker } from './web-identity-token-broker.ts'
