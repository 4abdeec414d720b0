// A stand-in for Cloudflare Access: it publishes keys where Access does, and signs what Access would.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

/** The AUD tag. */
export const AUD = '32eafc7626e737f6e0e7a8d4b4e1a0f3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7'

/** A team's application. */
export interface AccessApplication {
  /** The team's domain. */
  readonly team: string
  /** The JWT of somebody who was let in; a claim that is `undefined` is left out. */
  sign(claims: JWTPayload, options?: { readonly isForged?: boolean }): Promise<string>
  /** From now on it answers so. */
  answer(status: number): void
  /** How often its keys were asked for. */
  readonly asked: () => number
  close(): Promise<void>
}

export async function startAccess(): Promise<AccessApplication> {
  const [keys, others] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')])
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'access-key-1', alg: 'RS256', use: 'sig' }
  let status = 200
  let asked = 0
  const server = createServer(({ url }, response) => {
    asked += 1
    response.writeHead(url === '/cdn-cgi/access/certs' ? status : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ keys: [jwk], public_cert: {}, public_certs: [] }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const team = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on a port
  return {
    team,
    sign: (claims, { isForged = false } = {}) => {
      const now = Math.floor(Date.now() / 1000)
      const all = { iss: team, aud: [AUD], iat: now, nbf: now, exp: now + 3600, type: 'app', ...claims }
      return new SignJWT(all)
        .setProtectedHeader({ alg: 'RS256', kid: 'access-key-1' })
        .sign(isForged ? others.privateKey : keys.privateKey)
    },
    answer(next) {
      status = next
    },
    asked: () => asked,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
