// STS as far away as one says: each request gets the same token of the length of a real one, once that time has passed.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const encode = (text: string) => Buffer.from(text).toString('base64url')

/** Of the form and about the length of one that AWS mints; nobody looks at its signature. */
export const TOKEN = [
  encode(JSON.stringify({ kid: 'EC384_0', typ: 'JWT', alg: 'ES384' })),
  encode(JSON.stringify({ sub: 'arn:aws:iam::123456789012:role/ci/deployer', filler: 'x'.repeat(600) })),
  encode('s'.repeat(96)),
].join('.')

const REPLY = `<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetWebIdentityTokenResult>
    <WebIdentityToken>${TOKEN}</WebIdentityToken>
    <Expiration>2100-01-01T00:00:00Z</Expiration>
  </GetWebIdentityTokenResult>
  <ResponseMetadata>
    <RequestId>11111111-2222-3333-4444-555555555555</RequestId>
  </ResponseMetadata>
</GetWebIdentityTokenResponse>`

export interface ScriptedSts {
  readonly url: string
  /** How many requests it got. */
  readonly requests: number
  close(): Promise<void>
}

/** @param delay in milliseconds, from the end of a request to the reply */
export async function startScriptedSts(delay: number): Promise<ScriptedSts> {
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    const isSigned = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') === true
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      const isGood = isSigned && body.includes('Action=GetWebIdentityToken')
      setTimeout(() => {
        response.writeHead(isGood ? 200 : 400, { 'content-type': 'text/xml' })
        response.end(isGood ? REPLY : '')
      }, delay)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // It listens on a port, not on a pipe.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    get requests() {
      return requests
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
