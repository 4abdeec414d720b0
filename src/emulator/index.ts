// The subpath `aws-web-identity/emulator`: a local AWS STS and OIDC issuer as one `fetch` handler.

export type { EmulatorPrincipal } from './account/principal.ts'
export { createEmulator, type Emulator, type EmulatorCredentials } from './emulator.ts'
export type { EmulatorOptions, EmulatorRequest } from './options.ts'
