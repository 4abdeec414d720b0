// Serves an emulator over HTTP on Node, with `node:http` alone. The one file of the emulator that needs Node.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import * as v from 'valibot'
import { check } from '../check.ts'
import { InputError } from '../errors.ts'
import type { Emulator } from './emulator.ts'
import { ConnectionCut } from './faults/fault-answer.ts'
import { filled, integer } from './option-rules.ts'
import { maximumBodyBytes } from './protocol/body.ts'
import { Fault } from './protocol/fault.ts'
import { faultResponse } from './protocol/response.ts'
import { tokenService } from './sts/service.ts'

/** Options of `serve`. */
export interface ServeOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number | undefined
  /** The address to listen on. Default `127.0.0.1`; another than loopback opens the emulator to the network. */
  readonly hostname?: string | undefined
}

/** An emulator that is being served. */
export interface ServedEmulator {
  /** Its origin, with the real port, such as `http://127.0.0.1:4566`. */
  readonly url: string
  /** Stops at once: open connections are cut, and the port is free when the promise resolves. */
  close(): Promise<void>
}

/**
 * Serves an emulator over HTTP and tells it so: afterwards `emulator.endpoint` is `url`, and
 * `emulator.issuer` an address at which discovery answers. Serve an emulator once: its issuer can be at one address.
 *
 * @throws InputError where the port is no port or is taken, or the hostname is none of this machine's
 * @example
 * ```ts
 * import { createEmulator } from 'aws-web-identity/emulator'
 * import { serve } from 'aws-web-identity/emulator/node'
 *
 * const emulator = createEmulator()
 * const { url, close } = await serve(emulator, { port: 4566 })
 * await fetch(`${emulator.issuer}/.well-known/openid-configuration`)
 * await close()
 * ```
 */
export async function serve(
  emulator: Pick<Emulator, 'fetch' | 'servedAt'>,
  options: ServeOptions = {},
): Promise<ServedEmulator> {
  const { port, hostname } = check(optionsSchema, options, 'options')
  const server = createServer((incoming, outgoing) => {
    void handle(emulator, incoming, outgoing)
  })
  const url = originOf(await listen(server, port, hostname))
  emulator.servedAt(url)
  return { url, close: () => close(server) }
}

const optionsSchema = v.strictObject(
  {
    port: v.optional(integer(0, 65_535), 0),
    // The empty string would listen on every interface.
    hostname: v.optional(filled, '127.0.0.1'),
  },
  'must be an object',
)

async function listen(server: Server, port: number, hostname: string): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, hostname)))
    server.listen(port, hostname, resolve)
  })
  // Only a pipe's address is a string, and only a server that does not listen has none.
  return server.address() as AddressInfo
}

function listenError(error: NodeJS.ErrnoException, port: number, hostname: string): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new InputError(
        'port',
        `${port} on ${hostname} is taken: choose another, or 0 for any free one`,
        {
          cause: error,
        },
      )
    case 'EACCES':
      return new InputError(
        'port',
        `${port} needs a privilege that this process lacks: choose one above 1023`,
        { cause: error },
      )
    // A link-local address without its interface.
    case 'EINVAL':
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EAI_AGAIN':
    case 'ENOTFOUND':
      return new InputError('hostname', `${hostname} is no address of this machine`, { cause: error })
    default:
      return error
  }
}

// A server that listens on every address is reached, from here, on loopback.
function originOf({ address, family, port }: AddressInfo): string {
  const host =
    family === 'IPv6'
      ? `[${address === '::' ? '::1' : address}]`
      : address.replace(/^0\.0\.0\.0$/, '127.0.0.1')
  // As URLs are written: without port 80.
  return new URL(`http://${host}:${port}`).origin
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // The only error is that the server is closed already.
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

async function handle(
  emulator: Pick<Emulator, 'fetch'>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const abandoned = new AbortController()
  outgoing.once('close', () => abandoned.abort())
  try {
    const request = await toRequest(incoming, abandoned.signal)
    const response =
      request === null ? new Response('Bad Request', { status: 400 }) : await emulator.fetch(request)
    await send(response, outgoing)
  } catch (error) {
    if (abandoned.signal.aborted) return
    if (error instanceof ConnectionCut || outgoing.headersSent) {
      outgoing.destroy()
      return
    }
    // A defect of the emulator or of an option such as `now`: the client sees AWS's word for it, who runs the
    // emulator sees what it was.
    process.emitWarning(error instanceof Error ? error : inspect(error))
    const fault = new Fault(500, 'InternalFailure', 'The emulator failed to process the request')
    const { namespace } = tokenService
    const envelope = { requestId: crypto.randomUUID(), now: Date.now(), namespace, format: 'xml' } as const
    await send(faultResponse(fault, envelope), outgoing)
  }
}

// `null` where the request names no address, or two (the Host header is what was signed, so nothing can stand for it),
// or has a method that Fetch forbids.
async function toRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<Request | null> {
  const { method = 'GET', url: target = '', headersDistinct } = incoming
  const [host = '', ...otherHosts] = headersDistinct['host'] ?? []
  const address = `http://${host}${target}`
  const isHost = otherHosts.length === 0 && /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d+)?$/i.test(host)
  if (!isHost || method === 'TRACE' || !target.startsWith('/') || !URL.canParse(address)) return null
  const body = method === 'GET' || method === 'HEAD' ? null : await readBody(incoming)
  return new Request(address, { method, headers: toHeaders(headersDistinct), body, signal })
}

// SigV4 joins repeated headers by a comma; `Headers` would add a space, which can't be told from a signed one.
function toHeaders(distinct: NodeJS.Dict<string[]>): Headers {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(distinct)) headers.set(name, values.join(','))
  return headers
}

// A client can read an answer only after it has sent its request, so a body that is too long is read to its end,
// but not kept: one byte above the limit is enough for the emulator to refuse it.
async function readBody(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let space = maximumBodyBytes + 1
  // Without an encoding the stream yields bytes.
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
    const kept = chunk.subarray(0, space)
    space -= kept.length
    if (kept.length > 0) chunks.push(kept)
  }
  return Buffer.concat(chunks)
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  for (const [name, value] of response.headers) outgoing.setHeader(name, value)
  outgoing.statusCode = response.status
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of response.body ?? []) chunks.push(chunk)
  } catch (error) {
    if (!(error instanceof ConnectionCut)) throw error
    // What there is goes out, then the connection breaks.
    outgoing.flushHeaders()
    for (const chunk of chunks) outgoing.write(chunk)
    outgoing.socket?.destroySoon()
    return
  }
  // Node sends a `Content-Length` with what is whole, as AWS does.
  outgoing.end(Buffer.concat(chunks))
}
