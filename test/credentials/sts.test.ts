// The providers of roles through a real `StsClient`, down to the wire.

import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  defaultProvider,
  fromEnv,
  fromTemporaryCredentials,
  fromWebToken,
} from '../../src/credentials/index.ts'
import { StsClient } from '../../src/index.ts'
import { errorReply, INPUT, rejectionOf, TOKEN, tokenReply } from '../support/client.ts'
import { scriptedFetch, xmlReply } from '../support/scripted-fetch.ts'
import { MINUTE, SECRET_KEY, SESSION_TOKEN, START } from './support.ts'

const HUB = 'arn:aws:iam::111111111111:role/hub'
const SPOKE = 'arn:aws:iam::222222222222:role/reader'
const masterCredentials = fromEnv({
  env: { AWS_ACCESS_KEY_ID: 'AKIAMASTER', AWS_SECRET_ACCESS_KEY: SECRET_KEY },
})

function roleReply(operation: string, id: string, expiration = START + 60 * MINUTE): Response {
  return xmlReply(
    `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result><Credentials><AccessKeyId>${id}</AccessKeyId><SecretAccessKey>${SECRET_KEY}</SecretAccessKey><SessionToken>${SESSION_TOKEN}</SessionToken><Expiration>${new Date(expiration).toISOString()}</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId><Arn>arn:aws:sts::111111111111:assumed-role/hub/x</Arn></AssumedRoleUser></${operation}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${operation}Response>`,
  )
}
const signedBy = ({ headers }: { headers: Headers }) =>
  /Credential=(\w+)\//.exec(headers.get('authorization') ?? '')?.[1]

afterEach(() => {
  vi.useRealTimers()
})

test('a web identity is sent unsigned, to the region and the address of the environment', async () => {
  const fetch = scriptedFetch(roleReply('AssumeRoleWithWebIdentity', 'ASIAROLE'))
  const env = { AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:4566' }
  const provider = fromWebToken({
    roleArn: HUB,
    webIdentityToken: TOKEN,
    roleSessionName: 'tuesday',
    env,
    fetch,
  })
  expect(await provider()).toStrictEqual({
    accessKeyId: 'ASIAROLE',
    secretAccessKey: SECRET_KEY,
    sessionToken: SESSION_TOKEN,
    expiration: new Date(START + 60 * MINUTE),
    accountId: '111111111111',
  })
  const [request] = fetch.requests
  expect(request?.url).toBe('http://127.0.0.1:4566/')
  expect(request?.headers.has('authorization')).toBe(false)
  expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: HUB,
    RoleSessionName: 'tuesday',
    WebIdentityToken: TOKEN,
  })
})

test('the region is AWS_DEFAULT_REGION where there is no other, and goes into the address', async () => {
  const fetch = scriptedFetch(roleReply('AssumeRoleWithWebIdentity', 'ASIAROLE'))
  const env = {
    AWS_DEFAULT_REGION: 'ap-south-1',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
    AWS_ROLE_ARN: HUB,
  }
  await defaultProvider({ env, fetch, readFile: async () => TOKEN })()
  expect(fetch.requests.map(({ url }) => url)).toEqual(['https://sts.ap-south-1.amazonaws.com/'])
})

describe('a chain of roles', () => {
  const options = { region: 'eu-central-1', env: {} }

  test('is one request for each role, signed by the one before, and kept', async () => {
    vi.useFakeTimers({ now: START, toFake: ['Date'] })
    const fetch = scriptedFetch(
      roleReply('AssumeRole', 'ASIAHUB'),
      roleReply('AssumeRole', 'ASIASPOKE'),
      xmlReply(tokenReply()),
    )
    const hub = fromTemporaryCredentials({ ...options, roleArn: HUB, masterCredentials, fetch })
    const spoke = fromTemporaryCredentials({ ...options, roleArn: SPOKE, masterCredentials: hub, fetch })
    const sts = new StsClient({ region: 'eu-central-1', credentials: spoke, fetch })
    await Promise.all(Array.from({ length: 100 }, () => sts.getWebIdentityToken(INPUT)))
    expect(fetch.requests.slice(0, 3).map(signedBy)).toEqual(['AKIAMASTER', 'ASIAHUB', 'ASIASPOKE'])
    expect(fetch.requests).toHaveLength(102)
  })

  test('says which role was refused, with AWS’s error as the cause', async () => {
    const fetch = scriptedFetch(xmlReply(errorReply('AccessDenied', 'No.'), { status: 403 }))
    const hub = fromTemporaryCredentials({ ...options, roleArn: HUB, masterCredentials, fetch })
    const error = await rejectionOf(hub())
    expect((error as Error).message).toContain(`fromTemporaryCredentials: AssumeRole of ${HUB} failed: No.`)
    expect(error).toMatchObject({
      name: 'CredentialsError',
      cause: { code: 'AccessDenied', statusCode: 403 },
    })
  })

  test('is renewed once when AWS refuses the credentials before their time', async () => {
    vi.useFakeTimers({ now: START, toFake: ['Date'] })
    const fetch = scriptedFetch(
      roleReply('AssumeRole', 'ASIAONE'),
      xmlReply(errorReply('ExpiredToken'), { status: 403 }),
      roleReply('AssumeRole', 'ASIATWO'),
      xmlReply(tokenReply()),
    )
    const hub = fromTemporaryCredentials({ ...options, roleArn: HUB, masterCredentials, fetch })
    await new StsClient({ region: 'eu-central-1', credentials: hub, fetch }).getWebIdentityToken(INPUT)
    expect(fetch.requests.map(signedBy)).toEqual(['AKIAMASTER', 'ASIAONE', 'AKIAMASTER', 'ASIATWO'])
  })

  test('breaks a rule of AWS before anything is sent', async () => {
    const fetch = scriptedFetch(xmlReply(''))
    const hub = fromTemporaryCredentials({
      ...options,
      roleArn: HUB,
      masterCredentials,
      durationSeconds: 60,
      fetch,
    })
    expect(await rejectionOf(hub())).toMatchObject({
      message: expect.stringContaining('durationSeconds must be a whole number of seconds from 900 to 43200'),
      cause: { name: 'InputError' },
    })
    expect(fetch.requests).toEqual([])
  })
})
