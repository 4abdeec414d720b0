// Replies to GetWebIdentityToken as AWS writes them, with what looks like a token: nobody looks at its signature.

const HEADER = 'eyJraWQiOiJFQzM4NF8wIiwidHlwIjoiSldUIiwiYWxnIjoiRVMzODQifQ'
/** Of ES384. */
const SIGNATURE = 's'.repeat(128)
const SHORTEST = `${HEADER}.e.${SIGNATURE}`.length

/** A token of so many characters; about as long as one that AWS mints when it is not said. */
export function tokenOf(length = 900): string {
  return `${HEADER}.${'e'.repeat(1 + length - SHORTEST)}.${SIGNATURE}`
}

/** The token that fills a reply of so many bytes. */
export function tokenFilling(bytes: number): string {
  return tokenOf(bytes - replyWith('').length)
}

/** @param before what stands in front of the token, where nothing should */
export function replyWith(token: string, before = ''): string {
  return `<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetWebIdentityTokenResult>${before}
    <WebIdentityToken>${token}</WebIdentityToken>
    <Expiration>2099-09-11T18:36:48.279Z</Expiration>
  </GetWebIdentityTokenResult>
  <ResponseMetadata>
    <RequestId>11111111-2222-4333-8444-555555555555</RequestId>
  </ResponseMetadata>
</GetWebIdentityTokenResponse>
`
}
