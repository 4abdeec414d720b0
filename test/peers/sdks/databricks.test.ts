// https://docs.databricks.com/en/dev-tools/auth/oauth-federation-howto.html for the exchange; the warehouse speaks Thrift,
// by the driver's own definitions of it.

import { randomUUID } from 'node:crypto'
import { DBSQLClient, thrift as definitions } from '@databricks/sql'
import { TBinaryProtocol, TBufferedTransport } from 'thrift'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { bearerOf, formOf, openParty, type Party } from './party.ts'
import { plugIn, REFUSAL, SUBJECT } from './stage.ts'

const { TCLIService, TCLIService_types: types } = definitions
const EXCHANGE = 'POST /oidc/v1/token'
const WAREHOUSE = 'POST /sql/1.0/warehouses/1'

/** What a warehouse answers to. */
const status = new types.TStatus({ statusCode: types.TStatusCode.SUCCESS_STATUS })
const warehouse = new TCLIService.Processor({
  OpenSession: (_: unknown, done: Done) => {
    const guid = Buffer.from(randomUUID().replaceAll('-', ''), 'hex')
    const sessionId = new types.THandleIdentifier({ guid, secret: guid })
    const sessionHandle = new types.TSessionHandle({ sessionId })
    const serverProtocolVersion = types.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V8
    done(null, new types.TOpenSessionResp({ status, serverProtocolVersion, sessionHandle }))
  },
  GetInfo: (_: unknown, done: Done) => {
    done(null, new types.TGetInfoResp({ status, infoValue: new types.TGetInfoValue({ stringValue: '1.0' }) }))
  },
  CloseSession: (_: unknown, done: Done) => done(null, new types.TCloseSessionResp({ status })),
})
type Done = (error: null, reply: unknown) => void

const answered = (request: Buffer) =>
  new Promise<Response>((resolve) => {
    const output = new TBufferedTransport(undefined, (reply = Buffer.alloc(0)) =>
      resolve(new Response(Uint8Array.from(reply))),
    )
    const take = TBufferedTransport.receiver((input) => {
      warehouse.process(new TBinaryProtocol(input), new TBinaryProtocol(output))
    }, 0)
    take(request)
  })

async function openDatabricks({ isRefusing = false } = {}): Promise<Party> {
  vi.stubEnv('DATABRICKS_TELEMETRY_DISABLED', 'true')
  let exchanges = 0
  // The driver speaks https alone.
  return openParty(
    ({ line, body }) => {
      if (line === WAREHOUSE) return answered(body)
      if (line !== EXCHANGE) return undefined
      if (isRefusing) return Response.json({ error: 'invalid_request' }, { status: 400 })
      exchanges += 1
      return Response.json({ access_token: `access-${exchanges}`, token_type: 'Bearer', expires_in: 3600 })
    },
    { isSecure: true },
  )
}

async function plugInto(party: Party) {
  const plugged = await plugIn<{ connect(): Promise<DBSQLClient> }>('databricks', {
    audience: 'https://dbc-a1b2345c-d6e7.cloud.databricks.com/oidc',
    signingAlgorithm: 'RS256',
    elsewhere: {
      "'dbc-a1b2345c-d6e7.cloud.databricks.com'": `'${party.origin}'`,
      '{ host, path:': `{ host: '127.0.0.1', port: ${party.port}, path:`,
    },
  })
  const client = await plugged.plug.connect()
  onTestFinished(() => client.close())
  return { ...plugged, client }
}

test('Databricks gets one token for two requests, and exchanges it once', async () => {
  const party = await openDatabricks()
  const { client, mints, verify } = await plugInto(party)
  const session = await client.openSession()
  expect((await session.getInfo(types.TGetInfoType.CLI_DBMS_VER)).getValue()).toBe('1.0')

  const [exchange, ...others] = party.visits(EXCHANGE)
  expect(others).toEqual([])
  const { subject_token, ...fields } = formOf(exchange)
  expect(fields).toEqual({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    scope: 'sql',
    client_id: '00000000-0000-0000-0000-000000000003',
  })
  expect((await verify(subject_token)).subject).toBe(SUBJECT)
  expect(party.visits(WAREHOUSE).map(bearerOf)).toEqual(['access-1', 'access-1'])
  expect(mints()).toBe(1)
})

test('Databricks’ refusal of the exchange is told, and the token shown to no warehouse', async () => {
  const party = await openDatabricks({ isRefusing: true })
  const { client } = await plugInto(party)
  await expect(client.openSession()).rejects.toThrow('Token exchange failed: 400')
  expect(party.visits(WAREHOUSE)).toEqual([])
})

test('Databricks’ caller is told what AWS refuses with', async () => {
  const party = await openDatabricks()
  const { client, refuseToMint } = await plugInto(party)
  refuseToMint()
  await expect(client.openSession()).rejects.toMatchObject({ code: REFUSAL })
  expect(party.visits(EXCHANGE)).toEqual([])
})

// Why the page does without the driver's own option. It leaves no port for the exchange, so what the driver makes of it is
// asked for itself.
describe('Databricks’ driver, told `enableTokenFederation` and a function,', () => {
  const claims = btoa(JSON.stringify({ iss: 'https://issuer.example.com' }))
  const token = `e30.${claims}.c2ln`
  const providerFor = ({ origin }: Party) =>
    new DBSQLClient()['createAuthProvider']({
      host: origin,
      path: '/',
      authType: 'external-token',
      getToken: async () => token,
      enableTokenFederation: true,
    })

  test('exchanges for every request', async () => {
    const provider = providerFor(await openDatabricks())
    expect(await provider.authenticate()).toEqual({ Authorization: 'Bearer access-1' })
    expect(await provider.authenticate()).toEqual({ Authorization: 'Bearer access-2' })
  })

  test('shows the warehouse the token itself where the exchange is refused', async () => {
    const provider = providerFor(await openDatabricks({ isRefusing: true }))
    expect(await provider.authenticate()).toEqual({ Authorization: `Bearer ${token}` })
  })
})
