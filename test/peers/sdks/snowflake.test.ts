// The driver logs in at /session/v1/login-request, of which Snowflake documents no more than what the driver is told:
// https://docs.snowflake.com/user-guide/workload-identity-federation

import snowflake, { type Connection } from 'snowflake-sdk'
import { expect, test, vi } from 'vitest'
import { openParty, type Party } from './party.ts'
import { plugIn, REFUSAL, SUBJECT } from './stage.ts'

const LOGIN = 'POST /session/v1/login-request'
const QUERY = 'POST /queries/v1/query-request'

// Else it writes a file into the working directory.
snowflake.configure({ logLevel: 'OFF' })

const openSnowflake = () =>
  openParty(({ line }) => {
    if (line === LOGIN) {
      const data = {
        token: 'session-1',
        masterToken: 'master-1',
        sessionId: 1,
        parameters: [],
        sessionInfo: {},
      }
      return Response.json({ success: true, code: null, message: null, data })
    }
    if (line === QUERY) {
      const rowtype = [{ name: 'ONE', type: 'fixed', scale: 0, precision: 1, nullable: false }]
      const data = { queryId: '1', rowtype, rowset: [['1']], total: 1, returned: 1, parameters: [] }
      return Response.json({ success: true, code: null, message: null, data })
    }
    // Closing the session, and telemetry.
    return Response.json({ success: true, code: null, message: null, data: null })
  })

function ask(connection: Connection, sqlText: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.execute({
      sqlText,
      complete: (error, _, rows) => (error ? reject(error) : resolve(rows)),
    })
  })
}

const connected = (connection: Connection) =>
  new Promise<Connection>((resolve, reject) => {
    connection.connect((error, self) => (error ? reject(error) : resolve(self)))
  })

const closed = (connection: Connection) => new Promise((resolve) => connection.destroy(resolve))

const plugInto = ({ origin }: Party) =>
  plugIn<{ newConnection(): Promise<Connection> }>('snowflake', {
    audience: 'snowflakecomputing.com',
    signingAlgorithm: 'ES384',
    elsewhere: { "'myorg-myaccount',": `'myorg-myaccount', accessUrl: '${origin}',` },
  })

test('Snowflake gets one token for two logins, and its own for what follows', async () => {
  const party = await openSnowflake()
  vi.stubEnv('SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES', '127.0.0.1')
  const { plug, mints, verify } = await plugInto(party)
  for (const connection of [await plug.newConnection(), await plug.newConnection()]) {
    await connected(connection)
    expect(await ask(connection, 'SELECT 1 AS ONE')).toEqual([{ ONE: 1 }])
    await closed(connection)
  }

  const logins = party.visits(LOGIN).map(({ body }) => JSON.parse(String(body)).data)
  expect(logins).toHaveLength(2)
  for (const { TOKEN, ...fields } of logins) {
    expect(fields).toMatchObject({ AUTHENTICATOR: 'WORKLOAD_IDENTITY', PROVIDER: 'OIDC' })
    expect(TOKEN).toBe(logins[0].TOKEN)
  }
  expect((await verify(logins[0].TOKEN)).subject).toBe(SUBJECT)
  const queries = party.visits(QUERY).map(({ headers }) => headers.authorization)
  expect(queries).toEqual(Array(2).fill('Snowflake Token="session-1"'))
  expect(mints()).toBe(1)
})

test('Snowflake’s caller is told what AWS refuses with', async () => {
  const { plug, refuseToMint } = await plugInto(await openSnowflake())
  refuseToMint()
  await expect(plug.newConnection()).rejects.toMatchObject({ code: REFUSAL })
})

test('Snowflake’s driver shows no token to a host that is not Snowflake’s', async () => {
  const party = await openSnowflake()
  const { plug } = await plugInto(party)
  await expect(connected(await plug.newConnection())).rejects.toThrow('requires a recognized Snowflake host')
  // Its promise does not tell.
  expect((await (await plug.newConnection()).connectAsync()).isUp()).toBe(false)
  expect(party.visits(LOGIN)).toEqual([])
})
