// An HTTP proxy (RFC 9110 section 3.7) that leads every host to one emulator, so that a client can call it by AWS's own
// names, which stand for a region, without TLS or the system's resolver.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { Emulator } from '../../../src/emulator/index.ts'

export interface Proxy {
  readonly url: string
  close(): Promise<void>
}

export async function startProxy(emulator: Emulator): Promise<Proxy> {
  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url = '' } = incoming
    const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
      name,
      String(value),
    ])
    const response = await emulator.fetch(url, { method, headers, body: await buffer(incoming) })
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  // A server that listens on a port has an address with one.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
