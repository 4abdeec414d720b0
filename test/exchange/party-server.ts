// The scripted parties on loopback: each under the name of its host, as `http://127.0.0.1:<port>/auth.openai.com/oauth/token`.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { known, type Party, type parties, scriptedParty } from './parties.ts'

export type PartyName = keyof typeof parties

export interface PartyServer {
  readonly url: string
  readonly parties: Readonly<Record<PartyName, Party>>
  /** Where the server has what is at this address: `https://auth.openai.com/oauth/token`. */
  at(address: string | URL): string
  close(): Promise<void>
}

const { host: databricksHost } = known.databricks

const hosts: Readonly<Record<PartyName, readonly string[]>> = {
  openai: ['auth.openai.com'],
  anthropic: ['api.anthropic.com'],
  entra: ['login.microsoftonline.com'],
  googleCloud: ['sts.googleapis.com', 'iamcredentials.googleapis.com'],
  databricks: [databricksHost],
  tailscale: ['api.tailscale.com'],
  openRouter: ['openrouter.ai'],
  chainguard: ['issuer.enforce.dev'],
}

/** @param issuer whose keys are had by `fetch` */
export async function serveParties(issuer: string, port = 0): Promise<PartyServer> {
  const trust = { issuer, keys: (url: string, init: RequestInit) => fetch(url, init) }
  const names = Object.keys(hosts) as PartyName[] // of an object whose keys are those names
  const served = Object.fromEntries(names.map((name) => [name, scriptedParty(name, trust)])) as Record<
    PartyName,
    Party
  > // of each name
  const server = createServer(async (incoming, outgoing) => {
    const [, host = '', path = ''] = /^\/([^/]+)(\/.*)?$/.exec(incoming.url ?? '') ?? []
    const name = names.find((each) => hosts[each].includes(host))
    if (name === undefined) return outgoing.writeHead(404).end()
    const response = await served[name].fetch(`https://${host}${path}`, {
      method: incoming.method ?? 'POST',
      headers: Object.fromEntries(
        Object.entries(incoming.headers).filter(
          ([header]) => !/^(?:host|connection|content-length)$/.test(header),
        ),
      ) as Record<string, string>, // none of these is sent twice
      body: await text(incoming),
    })
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    return outgoing.end(await response.text())
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on TCP
  return {
    url,
    parties: served,
    at: (address) => `${url}/${String(address).replace('https://', '')}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
