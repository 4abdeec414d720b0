// A scripted relying party over HTTP, for a command that trades there.

import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { Emulator } from '../../src/emulator/index.ts'
import { type Party, type parties, scriptedParty } from '../exchange/parties.ts'

/** @param origin where the party is in truth, so that it knows its own addresses */
export async function servedParty(name: keyof typeof parties, origin: string, emulator: Emulator) {
  const party: Party = scriptedParty(name, { issuer: emulator.issuer, keys: emulator.fetch })
  const server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming
    const body = await text(incoming)
    const contentType = headers['content-type'] ?? ''
    const answer = await party.fetch(`${origin}${url}`, {
      method,
      body,
      headers: { 'content-type': contentType },
    })
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers))
    outgoing.end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('It listens on no port.')
  return { party, url: `http://127.0.0.1:${address.port}` }
}
