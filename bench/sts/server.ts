// `node bench/sts/server.ts DELAY [BYTES]`: an STS that answers each GetWebIdentityToken alike after so many milliseconds, by a
// reply of so many bytes. Whatever its parent sends it, it answers by what it has seen since.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { replyWith, tokenFilling, tokenOf } from './reply.ts'

/** What the server tells its parent. */
export interface Seen {
  readonly endpoint: string
  /** Requests that were answered, since the parent last asked. */
  readonly requests: number
  /** Connections that were opened, since the parent last asked. */
  readonly connections: number
}

const [delay = 0, bytes] = process.argv.slice(2).map(Number)
const reply = Buffer.from(replyWith(bytes === undefined ? tokenOf() : tokenFilling(bytes)))
let requests = 0
let connections = 0

const server = createServer((request, response) => {
  let body = ''
  request.setEncoding('latin1').on('data', (chunk: string) => {
    body += chunk
  })
  request.on('end', () => {
    const isSigned = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') === true
    const isKnown = body.includes('Action=GetWebIdentityToken&') && body.includes('DurationSeconds=')
    requests += 1
    const answer = () => {
      response.writeHead(isSigned && isKnown ? 200 : 400, {
        'content-type': 'text/xml',
        'content-length': reply.length,
      })
      response.end(reply)
    }
    if (delay === 0) answer()
    else setTimeout(answer, delay)
  })
})
server.on('connection', () => {
  connections += 1
})
// A contestant waits while the others take their turns: its connection is to be there when it is back.
server.keepAliveTimeout = 120_000
// A thousand may connect at once; one that finds no place tries again a second later.
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })

process.on('message', () => {
  // It listens on a port.
  const { port } = server.address() as AddressInfo
  const seen: Seen = { endpoint: `http://127.0.0.1:${port}`, requests, connections }
  requests = 0
  connections = 0
  process.send?.(seen)
})
process.on('disconnect', () => process.exit())
