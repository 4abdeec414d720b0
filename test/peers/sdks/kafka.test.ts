// A broker that knows no further than authentication and an empty cluster: https://kafka.apache.org/protocol and, for
// the client's first message of SASL OAUTHBEARER, RFC 7628 section 3.1.

import type { Kafka } from 'kafkajs'
import { expect, test } from 'vitest'
import { openSocketParty } from './socket-party.ts'
import { plugIn, REFUSAL, SUBJECT } from './stage.ts'

const METADATA = 3
const SASL_HANDSHAKE = 17
const API_VERSIONS = 18
const SASL_AUTHENTICATE = 36

const int16 = (value: number) => Buffer.from([value >> 8, value & 255])
function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
const string = (text: string) => Buffer.concat([int16(Buffer.byteLength(text)), Buffer.from(text)])
const NONE = int16(0) // no error

async function openBroker() {
  const mechanisms: string[] = []
  const logins: string[] = []
  const party = await openSocketParty(
    (first) => 4 + first.readInt32BE(0),
    (message) => {
      const apiKey = message.readInt16BE(4)
      const correlation = message.subarray(8, 12)
      const body = message.subarray(14 + message.readInt16BE(12))
      const answer = Buffer.concat([correlation, ...answerTo(apiKey, body)])
      return Buffer.concat([int32(answer.length), answer])
    },
    { isSecure: true },
  )
  function answerTo(apiKey: number, body: Buffer): Buffer[] {
    if (apiKey === API_VERSIONS) {
      // It has each of them in version 0, and takes authentication in messages of Kafka's own.
      const keys = [METADATA, SASL_HANDSHAKE, API_VERSIONS, SASL_AUTHENTICATE]
      return [NONE, int32(keys.length), ...keys.flatMap((key) => [int16(key), int16(0), int16(0)])]
    }
    if (apiKey === SASL_HANDSHAKE) {
      mechanisms.push(String(body.subarray(2)))
      return [NONE, int32(1), string('OAUTHBEARER')]
    }
    if (apiKey === SASL_AUTHENTICATE) {
      logins.push(String(body.subarray(4)))
      return [NONE, int16(-1), int32(0)] // no message, and nothing more to say
    }
    // Metadata: one broker, which is this one, and no topics.
    return [int32(1), int32(1), string('127.0.0.1'), int32(party.port), int32(0)]
  }
  return { port: party.port, mechanisms, logins }
}

const plugInto = ({ port }: { readonly port: number }) =>
  plugIn<{ kafka: Kafka }>('kafkajs', {
    audience: 'https://kafka.example.com',
    signingAlgorithm: 'RS256',
    elsewhere: { 'broker.example.com:9093': `127.0.0.1:${port}` },
  })

test('Kafka gets one token for all connections', async () => {
  const broker = await openBroker()
  const { plug, mints, verify } = await plugInto(broker)
  const { mechanisms, logins } = broker
  for (let turn = 0; turn < 2; turn += 1) {
    const admin = plug.kafka.admin()
    await admin.connect()
    expect(await admin.listTopics()).toEqual([])
    await admin.disconnect()
  }

  expect(new Set(mechanisms)).toEqual(new Set(['OAUTHBEARER']))
  expect(logins.length).toBeGreaterThan(1)
  expect(new Set(logins).size).toBe(1)
  const [header, credential, ...end] = (logins[0] ?? '').split('\u0001')
  expect([header, ...end]).toEqual(['n,,', '', ''])
  const [, token] = /^auth=Bearer (.+)$/.exec(credential ?? '') ?? []
  expect((await verify(token)).subject).toBe(SUBJECT)
  expect(mints()).toBe(1)
})

test('Kafka’s caller is told what AWS refuses with', async () => {
  const broker = await openBroker()
  const { plug, refuseToMint } = await plugInto(broker)
  refuseToMint()
  await expect(plug.kafka.admin().connect()).rejects.toMatchObject({ code: REFUSAL })
  expect(broker.logins).toEqual([])
})
