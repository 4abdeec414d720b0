// The subpath `aws-web-identity/emulator`: a local AWS STS, IAM and OIDC issuer as one `fetch` handler.

export type { AccessDecision } from './account/access.ts'
export type { EmulatorAccount, EmulatorOrganization, EmulatorTrustedIssuer } from './account/account.ts'
export type { DescribedAccount, DescribedPrincipal } from './account/description.ts'
export type { EmulatorCredentials } from './account/first-signer.ts'
export type { EmulatorCompute, EmulatorPrincipal } from './account/principal.ts'
export type { EmulatorState } from './account/state.ts'
export { type ControlOptions, withControl } from './control/with-control.ts'
export { createEmulator, type Emulator } from './emulator.ts'
export type { EmulatorFault, EmulatorFaults, FaultedRequest } from './faults/fault.ts'
export type { EmulatorSigningKey } from './issuer/keys.ts'
export type { EmulatorOptions } from './options.ts'
export { type PageOptions, withPage } from './page/with-page.ts'
export type {
  PolicyConditions,
  PolicyDocument,
  PolicyPrincipals,
  PolicyStatement,
} from './policy/document.ts'
export type { EmulatorRequest } from './request-log.ts'
