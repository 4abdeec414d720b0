// What a call of STS needs before its request is sent: the rules of its input, and the signature. It is loaded for the
// first call, as one chunk where an application is bundled in chunks.

export { sign } from '../query/sign.ts'
export { assumeRoleParameters } from './assume-role-input.ts'
export { assumeRoleWithWebIdentityParameters } from './assume-role-with-web-identity-input.ts'
export {
  getWebIdentityTokenParameters,
  getWebIdentityTokenParametersUnchecked,
} from './get-web-identity-token-input.ts'
