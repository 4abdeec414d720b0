// A party on loopback that speaks another protocol than HTTP, in messages that tell their length.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createSecureServer } from 'node:tls'
import { onTestFinished } from 'vitest'
import { trustedCertificate } from './certificate.ts'

/** @param lengthOf the length of the whole message, by its first four bytes */
export async function openSocketParty(
  lengthOf: (first: Buffer) => number,
  answer: (message: Buffer) => Buffer,
  { isSecure = false } = {},
): Promise<{ readonly port: number; hangUp(): void }> {
  const sockets = new Set<Socket>()
  const serve = (socket: Socket) => {
    sockets.add(socket)
    let pending = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk])
      while (pending.length >= 4 && pending.length >= lengthOf(pending)) {
        const length = lengthOf(pending)
        socket.write(answer(pending.subarray(0, length)))
        pending = pending.subarray(length)
      }
    })
    socket.on('error', () => {}) // whoever hangs up need not wait for an answer
  }
  const server = isSecure ? createSecureServer(await trustedCertificate(), serve) : createServer(serve)
  const hangUp = () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  onTestFinished(() => {
    server.close()
    hangUp()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  // A server that listens on a port has such an address.
  return { port: (server.address() as AddressInfo).port, hangUp }
}
