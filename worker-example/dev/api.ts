// A service outside AWS that takes the tokens: it has no secret and no list of keys, only an issuer that it trusts.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createVerifier, requireWebIdentity } from 'aws-web-identity/verify'

/** An API that is being served. */
export interface Api {
  readonly url: string
  close(): void
}

/** Whom its callers' tokens must be for. */
export const API_AUDIENCE = 'https://api.example.com'

/** Starts it: whoever has a token of the issuer is told what it said of him. */
export async function startApi(issuer: string): Promise<Api> {
  const verifier = createVerifier({ audience: API_AUDIENCE, issuer })
  const handle = requireWebIdentity(verifier, (_request, { subject, requestTags }) =>
    Response.json({ hello: subject, tags: requestTags }),
  )
  const server = createServer(async ({ method = 'GET', url = '/', headers }, outgoing) => {
    const { authorization } = headers
    const request = new Request(new URL(url, 'http://localhost'), {
      method,
      ...(authorization !== undefined && { headers: { authorization } }),
    })
    const response = await handle(request)
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // only a pipe's address is a string
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}
