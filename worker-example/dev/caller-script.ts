// A caller of the broker, to copy: it has a secret of the broker's, and no AWS keys. It asks for a token, keeps it until
// shortly before its end, and calls an API with it: once, or every so many seconds.
//
//   BROKER_URL=… BROKER_SECRET=… API_URL=… node worker-example/dev/caller-script.ts --every 10

import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'

const { BROKER_URL = '', BROKER_SECRET = '', API_URL = '' } = process.env
const { values } = parseArgs({ options: { every: { type: 'string' } } })

/** So long before its end a token is not used any more, in milliseconds: it must still be good where it arrives. */
const MARGIN = 30_000

let kept: { readonly webIdentityToken: string; readonly expiration: string } | undefined

do {
  await callApi().catch((error) => {
    console.error(String(error))
    process.exitCode = 1
  })
  if (values.every !== undefined) await setTimeout(Number(values.every) * 1000)
} while (values.every !== undefined)

async function callApi(): Promise<void> {
  const response = await fetch(API_URL, { headers: { Authorization: `Bearer ${await token()}` } })
  console.log(`${response.status} ${await response.text()}`)
}

async function token(): Promise<string> {
  if (kept === undefined || Date.parse(kept.expiration) - Date.now() < MARGIN) {
    const response = await fetch(`${BROKER_URL}/token`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${BROKER_SECRET}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ audience: 'https://api.example.com', tags: [{ key: 'team', value: 'web' }] }),
    })
    if (!response.ok) throw new Error(`The broker answered ${response.status}: ${await response.text()}`)
    kept = (await response.json()) as NonNullable<typeof kept> // as the broker answers
  }
  return kept.webIdentityToken
}
