// A party's HTTP service on loopback, which answers as its documentation says, and keeps what it was sent.

import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { trustedCertificate } from './certificate.ts'

export interface Visit {
  /** `POST /path`, without its query. */
  readonly line: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Party {
  readonly origin: string
  readonly port: number
  /** The visits to a place, in order: `POST /oauth/token`. */
  visits(line: string): readonly Visit[]
}

/** @param answer 404 where it has none */
export async function openParty(
  answer: (visit: Visit) => Response | Promise<Response> | undefined,
  { isSecure = false } = {},
): Promise<Party> {
  const all: Visit[] = []
  const listener: RequestListener = async (incoming, outgoing) => {
    const { method, url, headers } = incoming
    const visit = { line: `${method} ${url?.split('?', 1)}`, headers, body: await buffer(incoming) }
    all.push(visit)
    const response = (await answer(visit)) ?? new Response(null, { status: 404 })
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(Buffer.from(await response.arrayBuffer()))
  }
  const server = isSecure ? createSecureServer(await trustedCertificate(), listener) : createServer(listener)
  onTestFinished(() => {
    server.close().closeAllConnections()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  // A server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo
  return {
    origin: `${isSecure ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    visits: (line) => all.filter((visit) => visit.line === line),
  }
}

/** The token that a request showed. */
export const bearerOf = (visit: Visit | undefined): string | undefined =>
  /^Bearer (.+)$/.exec(visit?.headers.authorization ?? '')?.[1]

/** The fields of a form that was sent. */
export const formOf = (visit: Visit | undefined): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(String(visit?.body)))
