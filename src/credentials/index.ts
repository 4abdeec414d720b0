// What `import … from 'aws-web-identity/credentials'` gives.

export { type DefaultProviderOptions, defaultProvider } from './default-provider.ts'
export type { Environment } from './environment.ts'
export { fromChain } from './from-chain.ts'
export { type FromContainerMetadataOptions, fromContainerMetadata } from './from-container-metadata.ts'
export { type FromEnvOptions, fromEnv } from './from-env.ts'
export { type FromInstanceMetadataOptions, fromInstanceMetadata } from './from-instance-metadata.ts'
export {
  type FromTemporaryCredentialsOptions,
  fromTemporaryCredentials,
} from './from-temporary-credentials.ts'
export { type FromWebTokenOptions, fromWebToken } from './from-web-token.ts'
export type { ProvidedCredentials, RefreshingProvider, RefreshOptions } from './provider.ts'
export type { ReadFile } from './read-file.ts'
export type { RoleAssumer, StsOptions, WebIdentityRoleAssumer } from './role-assumer.ts'
