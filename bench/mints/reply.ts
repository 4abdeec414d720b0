// What the scripted STS answers, so that whoever mints can tell that it is the token.

const HEAD = 'eyJraWQiOiJFQzM4NF8wIiwidHlwIjoiSldUIiwiYWxnIjoiRVMzODQifQ'
/** About as long as one that AWS mints. */
const LENGTH = 900
/** As much as this package reads of a reply. */
export const LARGEST_REPLY = 64 * 1024

/** The token of a reply of so many bytes, or of one as AWS sends it. */
export function tokenOf(replyBytes?: number): string {
  const length = replyBytes === undefined ? LENGTH : replyBytes - around('').length
  return `${HEAD}.${'e'.repeat(length - HEAD.length - 130)}.${'s'.repeat(128)}`
}

export function replyOf(replyBytes?: number): string {
  return around(tokenOf(replyBytes))
}

function around(token: string): string {
  return `<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetWebIdentityTokenResult><WebIdentityToken>${token}</WebIdentityToken><Expiration>2099-09-11T18:36:48.279Z</Expiration></GetWebIdentityTokenResult><ResponseMetadata><RequestId>11111111-2222-3333-4444-555555555555</RequestId></ResponseMetadata></GetWebIdentityTokenResponse>`
}
