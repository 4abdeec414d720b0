// A stand-in for Cloudflare Access: it publishes keys where Access does, and signs what Access would.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type CompactJWSHeaderParameters,
  CompactSign,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWTPayload,
  SignJWT,
} from 'jose'

/** The AUD tag. */
export const AUD = '32eafc7626e737f6e0e7a8d4b4e1a0f3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7'

/** A team's application. */
export interface AccessApplication {
  /** The team's domain. */
  readonly team: string
  /** The JWT of somebody who was let in; a claim that is `undefined` is left out. */
  sign(claims: JWTPayload, options?: { readonly isForged?: boolean }): Promise<string>
  /** What Access would not sign: any text, with any header, by its own key. */
  signText(text: string, header: CompactJWSHeaderParameters): Promise<string>
  /** From now on it answers so, or nothing. */
  answer(status: number | 'nothing'): void
  /** How often its keys were asked for. */
  readonly asked: () => number
  close(): Promise<void>
}

/** @param isAlgorithmNamed whether its keys say what they are for, as those of Access do; RFC 7517 section 4.4 leaves it open */
export async function startAccess({ isAlgorithmNamed = true } = {}): Promise<AccessApplication> {
  const [keys, before, others] = await Promise.all([keyPair(), keyPair(), keyPair()])
  // The one that signs, and the one before it.
  const published = [keys, before].map(async ({ publicKey }, index) => ({
    ...(await exportJWK(publicKey)),
    kid: `access-key-${index + 1}`,
    ...(isAlgorithmNamed && { alg: 'RS256' }),
    use: 'sig',
  }))
  const jwks = await Promise.all(published)
  let status: number | 'nothing' = 200
  let asked = 0
  const server = createServer(({ url }, response) => {
    asked += 1
    if (status === 'nothing') return
    response.writeHead(url === '/cdn-cgi/access/certs' ? status : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ keys: jwks, public_cert: {}, public_certs: [] }))
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
    async signText(text, header) {
      const key = await importJWK(await exportJWK(keys.privateKey), header.alg)
      const crit = Object.fromEntries((header.crit ?? []).map((name) => [name, true]))
      return new CompactSign(new TextEncoder().encode(text)).setProtectedHeader(header).sign(key, { crit })
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

function keyPair() {
  return generateKeyPair('RS256', { extractable: true })
}
