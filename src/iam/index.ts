// The subpath `aws-web-identity/iam`: the account's switch.

export { IamClient, type IamClientOptions } from './client.ts'
export type { FederationInfo } from './federation.ts'
export { type TokenMinter, type WaitOptions, waitUntilVending } from './wait-until-vending.ts'
