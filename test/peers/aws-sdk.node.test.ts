// The AWS SDK for JavaScript as a peer: it sends what this client sends, and mints at the emulator.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  GetCallerIdentityCommand,
  GetWebIdentityTokenCommand,
  type GetWebIdentityTokenCommandInput,
  JWTPayloadSizeExceededException,
  OutboundWebIdentityFederationDisabledException,
  SessionDurationEscalationException,
  STSClient,
  type STSClientConfig,
  STSServiceException,
} from '@aws-sdk/client-sts'
import fc from 'fast-check'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmulator, type EmulatorOptions } from '../../src/emulator/index.ts'
import { serve } from '../../src/emulator/node.ts'
import { type GetWebIdentityTokenInput, type SigningAlgorithm, StsClient } from '../../src/index.ts'
import { CREDENTIALS, rejectionOf, tokenReply } from '../support/client.ts'
import { goodReplies } from '../support/good-replies.ts'
import { scriptedFetch, xmlReply } from '../support/scripted-fetch.ts'

const emulator = createEmulator()
let server: Awaited<ReturnType<typeof serve>>
let sdk: STSClient
let client: StsClient

beforeAll(async () => {
  server = await serve(emulator, { port: 0 })
  const options = { region: 'eu-west-1', endpoint: server.url, credentials: emulator.credentials }
  sdk = new STSClient({ ...options, maxAttempts: 1 })
  client = new StsClient(options)
})
afterAll(async () => {
  sdk.destroy()
  await server.close()
})

const toSdk = (input: GetWebIdentityTokenInput): GetWebIdentityTokenCommandInput => ({
  Audience: [...input.audience],
  SigningAlgorithm: input.signingAlgorithm,
  ...(input.durationSeconds === undefined ? {} : { DurationSeconds: input.durationSeconds }),
  ...(input.tags === undefined
    ? {}
    : { Tags: input.tags.map(({ key, value }) => ({ Key: key, Value: value })) }),
})

/** The body that the SDK would send, taken at the last step before its HTTP handler. */
async function sdkBodyOf(input: GetWebIdentityTokenInput): Promise<string> {
  const command = new GetWebIdentityTokenCommand(toSdk(input))
  let body = ''
  command.middlewareStack.add(
    (next) => async (args) => {
      // The SDK types a request as unknown here; its Query protocol makes the body a string.
      body = String((args.request as { body: unknown }).body)
      return next(args)
    },
    { step: 'finalizeRequest', priority: 'low' },
  )
  await sdk.send(command).catch(() => undefined)
  return body
}

async function bodyOf(input: GetWebIdentityTokenInput): Promise<string> {
  const fetch = scriptedFetch(xmlReply(tokenReply()))
  const options = { region: 'eu-west-1', credentials: CREDENTIALS, validateInput: false, fetch }
  await new StsClient(options).getWebIdentityToken(input)
  return fetch.requests[0]?.body ?? ''
}

const awkward = fc.string({
  minLength: 1,
  maxLength: 40,
  unit: fc.oneof(
    fc.constantFrom(...' +~%\n\r\t&=/?#\'"()*!<>\u00e9\u0301\u{1f600}\u{20000}\u2028.-_:@'),
    fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
  ),
})
const inputs: fc.Arbitrary<GetWebIdentityTokenInput> = fc.record(
  {
    audience: fc.array(awkward, { minLength: 1, maxLength: 10 }),
    signingAlgorithm: fc.constantFrom<SigningAlgorithm>('RS256', 'ES384'),
    durationSeconds: fc.integer({ min: 60, max: 3600 }),
    tags: fc.array(fc.record({ key: awkward, value: fc.oneof(awkward, fc.constant('')) }), { maxLength: 5 }),
  },
  { requiredKeys: ['audience', 'signingAlgorithm'] },
)

const tagText = (min: number, max: number) =>
  fc.string({ minLength: min, maxLength: max, unit: fc.constantFrom(...'aZ09 \u00e9\u3000\u0661_.:/=+-@') })
const legalInputs: fc.Arbitrary<GetWebIdentityTokenInput> = fc.record(
  {
    audience: fc.array(awkward, { minLength: 1, maxLength: 10 }),
    signingAlgorithm: fc.constant<SigningAlgorithm>('ES384'),
    durationSeconds: fc.integer({ min: 60, max: 3600 }),
    tags: fc.uniqueArray(fc.record({ key: tagText(1, 40), value: tagText(0, 60) }), {
      selector: ({ key }) => key.toLowerCase(),
      maxLength: 5,
    }),
  },
  { requiredKeys: ['audience', 'signingAlgorithm'] },
)
const legalInput: GetWebIdentityTokenInput = { audience: ['a'], signingAlgorithm: 'ES384' }

const fieldsOf = (body: string) => [...new URLSearchParams(body)].toSorted(([a], [b]) => (a < b ? -1 : 1))

describe('the AWS SDK', () => {
  test('sends the same fields as this client, whatever the input', async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        expect(fieldsOf(await bodyOf(input))).toEqual(fieldsOf(await sdkBodyOf(input)))
      }),
      { seed: 20261123, numRuns: 150 },
    )
  }, 60_000)

  test('reads what this client reads, in each reply that it can read', async () => {
    const refused: string[] = []
    for (const [name, reply] of Object.entries(goodReplies)) {
      const server = createServer((_, response) =>
        response.writeHead(200, { 'content-type': 'text/xml' }).end(reply),
      )
      await once(server.listen(0, '127.0.0.1'), 'listening')
      // A server that listens on a port has an address with one.
      const { port } = server.address() as AddressInfo
      const options = { region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, credentials: CREDENTIALS }
      const ours = await new StsClient(options).getWebIdentityToken(legalInput)
      try {
        const theirs = await new STSClient(options).send(new GetWebIdentityTokenCommand(toSdk(legalInput)))
        const { WebIdentityToken: webIdentityToken, Expiration: expiration } = theirs
        if (webIdentityToken === undefined) refused.push(name)
        else expect({ name, ...ours }).toEqual({ name, webIdentityToken, expiration })
      } catch (error) {
        if (!(error instanceof Error && error.message.includes('XML parse error'))) throw error
        refused.push(name)
      }
      server.close()
      server.closeAllConnections()
    }
    // Another parser may be the reason one day: this client reads more than its peer, never less.
    expect(refused).toEqual(['with a byte order mark', 'with another prefix'])
  })

  test('mints for each input that this client takes', async () => {
    await fc.assert(
      fc.asyncProperty(legalInputs, async (input) => {
        const ours = decodeJwt((await client.getWebIdentityToken(input)).webIdentityToken)
        const { WebIdentityToken = '' } = await sdk.send(new GetWebIdentityTokenCommand(toSdk(input)))
        const theirs = decodeJwt(WebIdentityToken)
        expect({ ...ours, jti: '', iat: 0, exp: 0 }).toEqual({ ...theirs, jti: '', iat: 0, exp: 0 })
      }),
      { seed: 20261123, numRuns: 40 },
    )
  }, 60_000)

  test('and for ten audiences, and for lists that are empty', async () => {
    const audience = Array.from({ length: 10 }, (_, index) => `https://${index}.example/a b`)
    for (const input of [
      { audience, signingAlgorithm: 'RS256' },
      { audience: [], signingAlgorithm: 'ES384', tags: [] },
    ] satisfies GetWebIdentityTokenInput[]) {
      expect(fieldsOf(await bodyOf(input))).toEqual(fieldsOf(await sdkBodyOf(input)))
    }
  })

  test.each<SigningAlgorithm>(['RS256', 'ES384'])(
    'mints %s at the emulator, and the token verifies',
    async (algorithm) => {
      const input: GetWebIdentityTokenInput = {
        audience: ['https://api.example.com'],
        signingAlgorithm: algorithm,
        durationSeconds: 120,
        tags: [{ key: 'team', value: 'a b+c' }],
      }
      const keys = createRemoteJWKSet(new URL(`${emulator.issuer}/.well-known/jwks.json`))
      const { WebIdentityToken = '', Expiration } = await sdk.send(
        new GetWebIdentityTokenCommand(toSdk(input)),
      )
      const ours = await client.getWebIdentityToken(input)
      for (const [token, expiration] of [
        [WebIdentityToken, Expiration],
        [ours.webIdentityToken, ours.expiration],
      ] as const) {
        const { payload } = await jwtVerify(token, keys, {
          issuer: emulator.issuer,
          audience: 'https://api.example.com',
          algorithms: [algorithm],
        })
        expect(payload).toMatchObject({
          sub: 'arn:aws:iam::123456789012:user/developer',
          'https://sts.amazonaws.com/': { source_region: 'eu-west-1', request_tags: { team: 'a b+c' } },
        })
        expect(payload.exp).toBe(Math.floor((expiration?.getTime() ?? 0) / 1000))
      }
    },
  )

  test('and this client read the same caller identity', async () => {
    const { UserId, Account, Arn } = await sdk.send(new GetCallerIdentityCommand({}))
    expect(await client.getCallerIdentity()).toEqual({ userId: UserId, account: Account, arn: Arn })
  })

  test('and this client read the same refusal', async () => {
    const input: GetWebIdentityTokenInput = {
      audience: ['a'],
      signingAlgorithm: 'ES384',
      durationSeconds: 59,
    }
    const lax = new StsClient({
      region: 'eu-west-1',
      endpoint: server.url,
      credentials: emulator.credentials,
      validateInput: false,
    })
    const theirs = await rejectionOf(sdk.send(new GetWebIdentityTokenCommand(toSdk(input))))
    const ours = await rejectionOf(lax.getWebIdentityToken(input))
    expect(theirs).toMatchObject({ $metadata: { httpStatusCode: 400 } })
    expect(ours).toMatchObject({
      code: (theirs as { Code?: string; name: string }).name,
      statusCode: 400,
      message: (theirs as Error).message,
    })
  })

  describe('throws', () => {
    /** What it throws for a token of an emulator of its own. */
    async function thrown(
      options: EmulatorOptions,
      input: Partial<GetWebIdentityTokenCommandInput> = {},
      config: STSClientConfig = {},
    ): Promise<unknown> {
      const own = createEmulator(options)
      const { url, close } = await serve(own)
      const { credentials } = own
      const client = new STSClient({ region: 'eu-west-1', endpoint: url, credentials, ...config })
      try {
        const command = new GetWebIdentityTokenCommand({ ...toSdk(legalInput), ...input })
        return await rejectionOf(client.send(command))
      } finally {
        client.destroy()
        await close()
      }
    }

    const role = {
      arn: 'arn:aws:iam::123456789012:role/outbound/worker',
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    }

    test('its class for federation that is off', async () => {
      const error = await thrown({ federationEnabled: false })
      expect(error).toBeInstanceOf(OutboundWebIdentityFederationDisabledException)
      expect(error).toMatchObject({
        name: 'OutboundWebIdentityFederationDisabledException',
        message: 'OutboundWebIdentityFederation is disabled.',
        $fault: 'client',
        $metadata: { httpStatusCode: 403, attempts: 1, requestId: expect.stringMatching(/^[\da-f-]{36}$/) },
      })
    })

    test('its class for a token that would outlive the session', async () => {
      const sessionExpiration = new Date(Date.now() + 899_000)
      const error = await thrown({ principals: [{ ...role, sessionExpiration }] }, { DurationSeconds: 3600 })
      expect(error).toBeInstanceOf(SessionDurationEscalationException)
    })

    test('its class for claims that are too long', async () => {
      const Audience = Array.from({ length: 10 }, () => '\u{20000}'.repeat(1000))
      expect(await thrown({}, { Audience })).toBeInstanceOf(JWTPayloadSizeExceededException)
    })

    test.each<[code: string, status: number, options: EmulatorOptions, config: STSClientConfig]>([
      ['SignatureDoesNotMatch', 403, {}, { credentials: { ...CREDENTIALS, secretAccessKey: 'x' } }],
      ['InvalidClientTokenId', 403, {}, { credentials: { ...CREDENTIALS, accessKeyId: 'AKIAUNKNOWN' } }],
      ['ExpiredToken', 403, { principals: [{ ...role, sessionExpiration: new Date(0) }] }, {}],
    ])('its service exception with the name %s', async (name, httpStatusCode, options, config) => {
      const error = await thrown(options, {}, config)
      expect(error).toBeInstanceOf(STSServiceException)
      expect(error).toMatchObject({ name, $fault: 'client', $metadata: { httpStatusCode } })
    })
  })

  test('learns from a refusal that its clock is an hour off, and is answered then', async () => {
    const late = createEmulator({ now: () => Date.now() - 3_600_000 })
    const { url, close } = await serve(late)
    const client = new STSClient({ region: 'eu-west-1', endpoint: url, credentials: late.credentials })
    try {
      const { Account, $metadata } = await client.send(new GetCallerIdentityCommand({}))
      expect({ Account, attempts: $metadata.attempts }).toEqual({ Account: '123456789012', attempts: 2 })
    } finally {
      client.destroy()
      await close()
    }
  })
})
