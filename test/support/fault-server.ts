// A server on loopback that can break a reply at any byte: what a client meets on a bad day. It speaks over raw
// sockets, because `node:http` would mend half of what is to be broken, plays a script, and records each request
// and how each connection ended.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** One thing that the server does with a connection. After `hang`, `end` and `reset` comes nothing more. */
export type Step =
  | { readonly send: string | Uint8Array }
  /** Sends byte by byte, with so many milliseconds between. */
  | { readonly trickle: string; readonly every: number }
  /** Waits so many milliseconds. */
  | { readonly pause: number }
  | 'hang'
  | 'end'
  | 'reset'

/** What follows a request. A server whose steps are over waits for the connection's next request. */
export type Steps = readonly Step[]

/** Steps, or what makes them of the request; `reset on connection` comes before any request is read. */
export type Exchange = Steps | ((request: ReceivedRequest) => Steps) | 'reset on connection'

export interface ReceivedRequest {
  readonly method: string
  readonly headers: Headers
  readonly body: string
  /** When it was there as a whole, by `performance.now()`. */
  readonly at: number
}

export interface ServerConnection {
  /** Who ended it; `undefined` while it is open. */
  readonly endedBy: 'client' | 'server' | undefined
  readonly bytesSent: number
  /** Whether a reply is under way. */
  readonly isAnswering: boolean
}

export interface FaultServer {
  readonly url: string
  readonly port: number
  readonly requests: readonly ReceivedRequest[]
  readonly connections: readonly ServerConnection[]
  close(): Promise<void>
}

/** Plays the next exchange for each request, and the last one ever after. */
export async function startFaultServer(script: readonly Exchange[], port = 0): Promise<FaultServer> {
  const requests: ReceivedRequest[] = []
  const connections: ConnectionRecord[] = []
  let played = 0
  const next = () => script[Math.min(played, script.length - 1)] ?? ['hang']

  const server = createServer({ noDelay: true }, (socket) => {
    const connection = record(socket)
    connections.push(connection)
    if (next() === 'reset on connection') {
      played += 1
      connection.endedBy = 'server'
      socket.resetAndDestroy()
      return
    }
    const closed = new AbortController()
    socket.on('close', () => closed.abort())
    let exchanges = Promise.resolve()
    readRequests(socket, (request) => {
      requests.push(request)
      const exchange = next()
      played += 1
      const steps = stepsOf(exchange, request)
      exchanges = exchanges.then(() => play(steps, connection, closed.signal))
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on a port has such an address, and no string.
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    connections,
    async close() {
      for (const { socket } of connections) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A port of loopback on which nobody listens. */
export async function freePort(): Promise<number> {
  const { port, close } = await startFaultServer([])
  await close()
  return port
}

/** What a reply is made of. */
export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** The header `Date`, as often as there are elements; the present time when absent. */
  readonly date?: readonly string[]
}

/** The head of a reply, with the length of its body. */
export function head({ status = 200, headers = {}, body = '', date }: Reply): string {
  const lines = Object.entries({
    'content-type': 'text/xml',
    ...(headers['transfer-encoding'] === undefined && { 'content-length': String(Buffer.byteLength(body)) }),
    ...headers,
  })
  for (const value of date ?? [new Date().toUTCString()]) lines.push(['date', value])
  return `HTTP/1.1 ${status} Whatever\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

/** A whole reply. */
export function answer(reply: Reply): Steps {
  return [{ send: head(reply) }, { send: reply.body ?? '' }]
}

/** The ways in which this reply can fail to arrive, each named by what happens. */
export function faultsOf(body: string) {
  const half = body.slice(0, body.length / 2)
  const chunked = head({ headers: { 'transfer-encoding': 'chunked' } })
  // What is sent before a reset has to arrive before it.
  const reset = [{ pause: 10 }, 'reset'] as const
  return {
    'a reset on connection': 'reset on connection',
    'a reset before the headers': ['reset'],
    'an end before the headers': ['end'],
    'a reset within the headers': [{ send: head({ body }).slice(0, 30) }, ...reset],
    'a reset after the headers': [{ send: head({ body }) }, ...reset],
    'a reset within the body': [{ send: head({ body }) }, { send: half }, ...reset],
    'a body shorter than its content-length': [{ send: head({ body }) }, { send: half }, 'end'],
    'a chunked body without its last chunk': [{ send: chunked }, { send: chunk(body) }, 'end'],
    'a hang before the headers': ['hang'],
    'a hang within the headers': [{ send: head({ body }).slice(0, 30) }, 'hang'],
    'a hang after the headers': [{ send: head({ body }) }, 'hang'],
    'a hang within the body': [{ send: head({ body }) }, { send: half }, 'hang'],
    'headers that trickle': [{ trickle: head({ body }), every: 20 }],
    'a body that trickles': [{ send: head({ body }) }, { trickle: body, every: 20 }],
  } as const satisfies Record<string, Exchange>
}

/** One chunk of a chunked body. */
export function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
}

function stepsOf(exchange: Exchange, request: ReceivedRequest): Steps {
  if (exchange === 'reset on connection') return ['reset'] // of one that was there before
  return typeof exchange === 'function' ? exchange(request) : exchange
}

interface ConnectionRecord extends ServerConnection {
  readonly socket: Socket
  endedBy: ServerConnection['endedBy']
  isAnswering: boolean
}

function record(socket: Socket): ConnectionRecord {
  const connection: ConnectionRecord = {
    socket,
    endedBy: undefined,
    isAnswering: false,
    get bytesSent() {
      return socket.bytesWritten
    },
  }
  const clientEnded = () => {
    connection.endedBy ??= 'client'
  }
  socket.on('end', clientEnded)
  socket.on('error', clientEnded) // a connection that the other side resets, also while we write
  return connection
}

// HTTP/1.1 as far as clients send it here: a head, and a body of a known length.
function readRequests(socket: Socket, onRequest: (request: ReceivedRequest) => void): void {
  let received = Buffer.alloc(0)
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes])
    for (;;) {
      const headEnd = received.indexOf('\r\n\r\n')
      if (headEnd === -1) return
      const [requestLine = '', ...lines] = received.subarray(0, headEnd).toString('latin1').split('\r\n')
      const headers = new Headers(
        lines.map((line): [string, string] => {
          const colon = line.indexOf(':')
          return [line.slice(0, colon), line.slice(colon + 1).trim()]
        }),
      )
      const end = headEnd + 4 + Number(headers.get('content-length') ?? 0)
      if (received.length < end) return
      const body = received.subarray(headEnd + 4, end).toString()
      received = received.subarray(end)
      onRequest({ method: requestLine.split(' ')[0] ?? '', headers, body, at: performance.now() })
    }
  })
}

async function play(steps: Steps, connection: ConnectionRecord, closed: AbortSignal): Promise<void> {
  const { socket } = connection
  connection.isAnswering = true
  try {
    for (const step of steps) {
      closed.throwIfAborted()
      if (step === 'hang') {
        await once(socket, 'close', { signal: closed })
      } else if (step === 'end' || step === 'reset') {
        connection.endedBy ??= 'server'
        if (step === 'end') socket.end()
        else socket.resetAndDestroy()
        return
      } else if ('pause' in step) {
        await sleep(step.pause, undefined, { signal: closed })
      } else if ('send' in step) {
        await write(socket, step.send, closed)
      } else {
        for (const byte of Buffer.from(step.trickle)) {
          await write(socket, Uint8Array.of(byte), closed)
          await sleep(step.every, undefined, { signal: closed })
        }
      }
    }
    connection.isAnswering = false
  } catch (error) {
    if (!socket.destroyed) throw error // else the client has gone, or the server is closed
  }
}

// In pieces, each when the last one has left, so that `bytesSent` says how much the client let through.
async function write(socket: Socket, content: string | Uint8Array, closed: AbortSignal): Promise<void> {
  const bytes = Buffer.from(content)
  for (let sent = 0; sent < bytes.length; sent += PIECE) {
    closed.throwIfAborted()
    if (!socket.write(bytes.subarray(sent, sent + PIECE))) await once(socket, 'drain', { signal: closed })
  }
}

const PIECE = 16 * 1024
