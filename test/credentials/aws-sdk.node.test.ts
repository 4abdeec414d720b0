// The AWS SDK for JavaScript both ways: its client with our providers, our client with its providers.

import { createServer } from 'node:http'
import { GetCallerIdentityCommand, GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { fromEnv as sdkFromEnv } from '@aws-sdk/credential-provider-env'
import { fromHttp as sdkFromHttp } from '@aws-sdk/credential-provider-http'
import { chain } from '@smithy/property-provider'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  fromChain,
  fromContainerMetadata,
  fromEnv,
  fromTemporaryCredentials,
  type RefreshingProvider,
} from '../../src/credentials/index.ts'
import { createEmulator } from '../../src/emulator/index.ts'
import { serve } from '../../src/emulator/node.ts'
import { CredentialsError, type CredentialsProvider, StsClient } from '../../src/index.ts'
import { INPUT, rejectionOf } from '../support/client.ts'
import { MINUTE, metadataFetch, scriptedSts } from './support.ts'

const principal = {
  arn: 'arn:aws:iam::123456789012:role/app',
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'session/token+with=signs',
  sessionName: 'tuesday',
}
const emulator = createEmulator({ principals: [principal] })
const arn = 'arn:aws:sts::123456789012:assumed-role/app/tuesday'
let server: Awaited<ReturnType<typeof serve>>

beforeAll(async () => {
  server = await serve(emulator, { port: 0 })
})
afterAll(() => server.close())
afterEach(() => {
  vi.unstubAllEnvs()
})

const env = {
  AWS_ACCESS_KEY_ID: principal.accessKeyId,
  AWS_SECRET_ACCESS_KEY: principal.secretAccessKey,
  AWS_SESSION_TOKEN: principal.sessionToken,
}
const answer = () => ({
  AccessKeyId: principal.accessKeyId,
  SecretAccessKey: principal.secretAccessKey,
  Token: principal.sessionToken,
  Expiration: new Date(Date.now() + 60 * MINUTE).toISOString(),
})
const container = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/credentials' }

describe('the AWS SDK’s client', () => {
  const fetch = metadataFetch(() => Response.json(answer()))
  const sts = scriptedSts()
  const assuming = {
    async assumeRole(...args: Parameters<typeof sts.assumeRole>) {
      const { credentials, ...user } = await sts.assumeRole(...args)
      return { credentials: { ...principal, expiration: credentials.expiration }, ...user }
    },
  }
  test.each<[string, RefreshingProvider]>([
    ['fromEnv', fromEnv({ env })],
    ['fromContainerMetadata', fromContainerMetadata({ env: container, fetch })],
    ['fromTemporaryCredentials', fromTemporaryCredentials({ roleArn: principal.arn, sts: assuming })],
    ['fromChain', fromChain(fromEnv({ env: {} }), fromContainerMetadata({ env: container, fetch }))],
  ])('mints with %s', async (_, credentials) => {
    const sdk = new STSClient({ region: 'eu-west-1', endpoint: server.url, credentials })
    expect(await sdk.send(new GetCallerIdentityCommand({}))).toMatchObject({ Arn: arn })
    const command = new GetWebIdentityTokenCommand({ Audience: ['a'], SigningAlgorithm: 'ES384' })
    expect((await sdk.send(command)).WebIdentityToken).toMatch(/^eyJ/)
    sdk.destroy()
  })

  test('asks a container’s endpoint once for a hundred calls', async () => {
    const counting = metadataFetch(() => Response.json(answer()))
    const credentials = fromContainerMetadata({ env: container, fetch: counting })
    const sdk = new STSClient({ region: 'eu-west-1', endpoint: server.url, credentials })
    await Promise.all(Array.from({ length: 100 }, () => sdk.send(new GetCallerIdentityCommand({}))))
    sdk.destroy()
    expect(counting.requests).toHaveLength(1)
  })

  test('fails with our error as it is', async () => {
    const credentials = fromEnv({ env: {} })
    const sdk = new STSClient({ region: 'eu-west-1', endpoint: server.url, credentials })
    expect(await rejectionOf(sdk.send(new GetCallerIdentityCommand({})))).toBeInstanceOf(CredentialsError)
    sdk.destroy()
  })
})

describe('our client', () => {
  const client = (credentials: CredentialsProvider) =>
    new StsClient({ region: 'eu-west-1', endpoint: server.url, credentials })

  test('mints with the SDK’s fromEnv', async () => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    expect(await client(sdkFromEnv()).getCallerIdentity()).toMatchObject({ arn })
    expect(await client(sdkFromEnv()).getWebIdentityToken(INPUT)).toHaveProperty('webIdentityToken')
  })

  test('mints with the SDK’s fromHttp', async () => {
    const endpoint = createServer((_, response) => response.end(JSON.stringify(answer())))
    const url = await new Promise<string>((resolve) => {
      endpoint.listen(0, '127.0.0.1', () => {
        const address = endpoint.address()
        resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : address}/`)
      })
    })
    const provider = sdkFromHttp({ awsContainerCredentialsFullUri: url })
    expect(await client(provider).getCallerIdentity()).toMatchObject({ arn })
    endpoint.close().closeAllConnections()
  })

  test('mints with a chain of theirs that is not there and one that is', async () => {
    for (const name of Object.keys(env)) vi.stubEnv(name, '')
    expect(await client(fromChain(sdkFromEnv(), fromEnv({ env }))).getCallerIdentity()).toMatchObject({ arn })
  })
})

test('the SDK’s own chain goes on after ours that is not there, and ends at one that is broken', async () => {
  const absent = fromEnv({ env: {} })
  expect(await chain(absent, fromEnv({ env }))()).toMatchObject({ accessKeyId: principal.accessKeyId })
  const broken = fromEnv({ env: { AWS_ACCESS_KEY_ID: 'AKIA' } })
  expect(await rejectionOf(chain(broken, fromEnv({ env }))())).toMatchObject({ tryNextLink: false })
})
