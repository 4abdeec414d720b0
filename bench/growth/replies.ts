// Replies to GetWebIdentityToken, as AWS writes them and as nobody should.

export function replyWith(token: string, before = ''): string {
  return `<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetWebIdentityTokenResult>${before}
    <WebIdentityToken>${token}</WebIdentityToken>
    <Expiration>2036-01-01T00:00:00Z</Expiration>
  </GetWebIdentityTokenResult>
  <ResponseMetadata>
    <RequestId>11111111-2222-4333-8444-555555555555</RequestId>
  </ResponseMetadata>
</GetWebIdentityTokenResponse>
`
}

/** What looks like a token of so many characters. */
export function tokenOf(length: number): string {
  return `header.${'c'.repeat(length - 17)}.signature`
}

const ROOM = replyWith('').length

/** Makers of replies of about that many bytes. */
export const shapes: Readonly<Record<string, (bytes: number) => string>> = {
  'a long token': (bytes) => replyWith(tokenOf(Math.max(20, bytes - ROOM))),
  'many elements': (bytes) => {
    const count = Math.floor((bytes - ROOM - 20) / '<Other>x</Other>'.length)
    return replyWith(tokenOf(20), '<Other>x</Other>'.repeat(count))
  },
  'nested namespaces': (bytes) => {
    const [open, close] = ['<a xmlns:p0000="u">', '</a>']
    const depth = Math.floor((bytes - ROOM - 20) / (open.length + close.length))
    const opened = Array.from({ length: depth }, (_, level) =>
      open.replace('0000', String(level).padStart(4, '0')),
    )
    return replyWith(tokenOf(20), `${opened.join('')}${close.repeat(depth)}`)
  },
}
