// Requests that no browser sends.

import { once } from 'node:events'
import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Fleet, startFleet } from '../../worker-example/demo/fleet.ts'
import { bindingsFor, NOBODY, policyWith, TOKEN_SECRET } from './stage.ts'

// Another Worker, whose binding is to the Worker itself, and which tells another length than it sends.
const liar = `
  export default {
    fetch(request, { BROKER }) {
      const sent = Number(new URL(request.url).searchParams.get('sent'))
      const body = new Blob([JSON.stringify({ audience: 'x'.repeat(sent) })]).stream()
      const headers = { authorization: 'Bearer ${TOKEN_SECRET}', 'content-type': 'application/json', 'content-length': '10' }
      return BROKER.fetch('https://broker.example/token', { method: 'POST', headers, body })
    },
  }`

let fleet: Fleet
const log: string[] = []

beforeAll(async () => {
  fleet = await startFleet({
    policy: policyWith(),
    bindings: bindingsFor(NOBODY),
    onLog: (line) => log.push(line),
    sinks: {
      workers: [
        {
          name: 'liar',
          modules: true,
          script: liar,
          compatibilityDate: '2026-07-01',
          serviceBindings: { BROKER: 'isolate-0' },
        },
      ],
    },
  })
}, 60_000)

afterAll(() => fleet.close())

test('what HTTP allows and is no URL is not found, and nothing that the Worker failed at', async () => {
  const { hostname, port } = await fleet.origin(0)
  const [response] = await once(request({ hostname, port, path: '*', method: 'OPTIONS' }).end(), 'response')
  response.resume()
  expect(response.statusCode).toBe(404)
  expect(log).toEqual([])
})

test('a body that is longer than it tells is too long all the same', async () => {
  const responses = await Promise.all(
    [100, 20_000].map(async (sent) => (await fleet.fetch('liar', `/?sent=${sent}`)).json()),
  )
  expect(responses).toMatchObject([{ code: 'audience_not_allowed' }, { code: 'content_too_large' }])
})
