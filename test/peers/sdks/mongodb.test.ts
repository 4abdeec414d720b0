// The driver's wire protocol and its authentication, played as far as `ping`:
// https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ and
// https://github.com/mongodb/specifications/blob/master/source/auth/auth.md#mongodb-oidc

import { once } from 'node:events'
import { Binary, BSON, type Document, type MongoClient } from 'mongodb'
import { expect, onTestFinished, test } from 'vitest'
import { openSocketParty } from './socket-party.ts'
import { plugIn, REFUSAL, SUBJECT } from './stage.ts'

const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013

/** The first greeting comes as OP_QUERY, everything else as OP_MSG with one section. */
function commandOf(message: Buffer): Document {
  if (message.readInt32LE(12) === OP_MSG) return BSON.deserialize(message.subarray(21))
  return BSON.deserialize(message.subarray(message.indexOf(0, 20) + 1 + 8))
}

function reply(message: Buffer, document: Document): Buffer {
  const body = BSON.serialize(document)
  const isQuery = message.readInt32LE(12) === OP_QUERY
  // After the header OP_REPLY has flags, cursor, start and the number of documents, OP_MSG flags and a section's kind.
  const head = Buffer.alloc(isQuery ? 36 : 21)
  head.writeInt32LE(head.length + body.length, 0)
  head.writeInt32LE(message.readInt32LE(4), 8)
  head.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12)
  if (isQuery) head.writeInt32LE(1, 32)
  return Buffer.concat([head, body])
}

const HELLO = { helloOk: true, isWritablePrimary: true, maxWireVersion: 25, minWireVersion: 0, ok: 1 }
const AUTHENTICATED = { conversationId: 1, done: true, payload: new Binary(), ok: 1 }

async function openMongoDB() {
  /** What it saw of authentication: the command, and the token that was its payload. */
  const logins: { readonly command: string; readonly mechanism: string; readonly jwt: string }[] = []
  const see = (command: string, { mechanism, payload }: Document) => {
    logins.push({ command, mechanism, jwt: BSON.deserialize(payload.buffer)['jwt'] })
  }
  const party = await openSocketParty(
    (first) => first.readInt32LE(0),
    (message) => {
      const command = commandOf(message)
      if ('saslStart' in command) {
        see('saslStart', command)
        return reply(message, AUTHENTICATED)
      }
      if ('ismaster' in command || 'hello' in command) {
        const { speculativeAuthenticate } = command
        if (speculativeAuthenticate === undefined) return reply(message, HELLO)
        see('hello', speculativeAuthenticate)
        return reply(message, { ...HELLO, speculativeAuthenticate: AUTHENTICATED })
      }
      return reply(message, logins.length > 0 ? { ok: 1 } : { ok: 0, code: 13, errmsg: 'Unauthorized' })
    },
  )
  return { ...party, logins }
}

async function plugInto({ port }: { readonly port: number }) {
  const plugged = await plugIn<{ mongo: MongoClient }>('mongodb', {
    audience: 'https://mongodb.example.com',
    signingAlgorithm: 'RS256',
    elsewhere: { 'mongodb+srv://cluster0.example.mongodb.net': `mongodb://127.0.0.1:${port}` },
  })
  onTestFinished(() => plugged.plug.mongo.close())
  return plugged
}

test('MongoDB gets one token for two connections', async () => {
  const server = await openMongoDB()
  const { plug, mints, verify } = await plugInto(server)
  const { logins, hangUp } = server
  const ping = () => plug.mongo.db('admin').command({ ping: 1 })
  expect(await ping()).toEqual({ ok: 1 })
  expect(await ping()).toEqual({ ok: 1 })
  expect(logins).toHaveLength(1)

  const closed = once(plug.mongo, 'connectionClosed')
  hangUp()
  await closed
  expect(await ping()).toEqual({ ok: 1 })
  const [first, second, ...others] = logins
  expect(others).toEqual([])
  expect(first).toMatchObject({ command: 'saslStart', mechanism: 'MONGODB-OIDC' })
  expect(second).toEqual({ ...first, command: 'hello' })
  expect((await verify(first?.jwt)).subject).toBe(SUBJECT)
  expect(mints()).toBe(1)
})

test('MongoDB’s caller is told what AWS refuses with', async () => {
  const server = await openMongoDB()
  const { plug, refuseToMint } = await plugInto(server)
  refuseToMint()
  await expect(plug.mongo.db('admin').command({ ping: 1 })).rejects.toMatchObject({ code: REFUSAL })
  expect(server.logins).toEqual([])
})
