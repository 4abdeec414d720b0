import { describe, expect, test } from 'vitest'
import { connect } from '../../src/query/client-options.ts'
import { encodeForm, type QueryParameters } from '../../src/query/form.ts'
import { send } from '../../src/query/send.ts'
import { sts } from '../../src/sts/service.ts'
import { CREDENTIALS } from '../support/client.ts'
import { scriptedFetch } from '../support/scripted-fetch.ts'
import vectors from '../vectors/aws-query.json' with { type: 'json' }

const inputs = vectors.cases.filter(({ kind }) => kind === 'input')

describe("AWS's own conformance cases of the Query protocol: inputs", () => {
  for (const { id, operation, params, serialized } of inputs) {
    if (serialized === null) throw new Error(`${id} has no request`)
    test(id, async () => {
      const fetch = scriptedFetch(new Response(null, { status: 200 }))
      const service = { ...sts, version: '2020-01-08' }
      const host = 'host' in serialized ? serialized.host : 'sts.us-east-1.amazonaws.com'
      await send(
        connect(service, {
          region: 'us-east-1',
          endpoint: `https://${host}`,
          credentials: CREDENTIALS,
          fetch,
        }),
        { name: operation, isRegionalOnly: false, isSigned: true, result: { output: undefined } },
        onTheWire(id, params ?? {}),
      )
      const [request] = fetch.requests
      expect(request?.body).toBe(serialized.body)
      expect(new URL(request?.url ?? '').pathname).toBe(serialized.uri)
      expect(request?.headers.get('content-type')).toBe('application/x-www-form-urlencoded')
    })
  }
})

// The vectors leave the shapes out: of the timestamps, one has the format of a date, two are epoch seconds.
function onTheWire(id: string, params: object): QueryParameters {
  const parameters = params as QueryParameters
  if (id !== 'QueryTimestampsInput') return parameters
  const seconds = Number(parameters['normalFormat'])
  return { ...parameters, normalFormat: new Date(seconds * 1000).toISOString().replace('.000', '') }
}

test('what RFC 3986 does not call unreserved is percent-encoded, in capitals', () => {
  expect(encodeForm({ A: "az AZ09-._~!*'()+/:=&%\n\u00e9\u{1f600}" })).toBe(
    'A=az%20AZ09-._~%21%2A%27%28%29%2B%2F%3A%3D%26%25%0A%C3%A9%F0%9F%98%80',
  )
})

test('names are percent-encoded like values', () => {
  expect(encodeForm({ 'a b&c=': 'd' })).toBe('a%20b%26c%3D=d')
})

test('absent parameters are left out, empty ones are not', () => {
  expect(encodeForm({ A: undefined, B: '', C: [], D: { E: undefined, F: '' } })).toBe('B=&C=&D.F=')
})
