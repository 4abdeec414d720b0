// The subpath `aws-web-identity/cloudflare`: tokens that Workers share, by one mint for a whole fleet or by a store.

export type { BrokeredToken } from './broker.ts'
export type { BrokerReply } from './broker-reply.ts'
export {
  type BrokeredTokenSourceOptions,
  type BrokerNamespace,
  type BrokerStub,
  brokeredTokenSource,
} from './brokered-token-source.ts'
export { type BrokeredTokenSourcesOptions, brokeredTokenSources } from './brokered-token-sources.ts'
export { cacheStore, type TokenCache } from './cache-store.ts'
export { type KvNamespace, kvStore } from './kv-store.ts'
export { type BrokerOptions, WebIdentityTokenBroker } from './web-identity-token-broker.ts'
