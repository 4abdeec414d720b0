// Every way in which a provider can fail, with a source that echoes all that it knows: no secret in what is
// thrown, and none in the provider.

import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import {
  defaultProvider,
  fromChain,
  fromContainerMetadata,
  fromEnv,
  fromInstanceMetadata,
  fromTemporaryCredentials,
  fromWebToken,
  type RefreshingProvider,
} from '../../src/credentials/index.ts'
import { TOKEN } from '../support/client.ts'
import { streamOf } from '../support/scripted-fetch.ts'
import {
  credentialsJson,
  instanceFetch,
  metadataFetch,
  ROLES,
  SECRET_KEY,
  SESSION_TOKEN,
  START,
  scriptedSts,
} from './support.ts'

// Short enough for no pattern to find it: whoever sends it must know it and take it out.
const AUTHORIZATION = 'Basic c2hvcnQgc2VjcmV0'
const INSTANCE_TOKEN = 'session-token-1'
const secrets = [SECRET_KEY, SESSION_TOKEN, SESSION_TOKEN.slice(0, 40), TOKEN, TOKEN.slice(0, 40)]
const LONG = `${SECRET_KEY} ${SESSION_TOKEN} ${TOKEN}`
const ECHO = `${LONG} ${AUTHORIZATION} ${INSTANCE_TOKEN}`
const echoingError = (text = LONG) => new TypeError(`cannot send ${text}`, { cause: new Error(text) })
const ROLE = 'arn:aws:iam::123456789012:role/deploy'

// What only the one of them sends is no secret of the other, and a session token is none before it was given.
const secretsOf = (name: string) => {
  if (!name.includes('instance')) return [...secrets, AUTHORIZATION]
  return name.endsWith('/latest/api/token') ? secrets : [...secrets, INSTANCE_TOKEN]
}

const env = {
  AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1/credentials',
  AWS_CONTAINER_AUTHORIZATION_TOKEN: AUTHORIZATION,
}

const answers: Record<string, () => Response | Promise<Response>> = {
  'a page': () => new Response(ECHO, { status: 500 }),
  'an error in JSON': () => Response.json({ code: AUTHORIZATION, message: ECHO }, { status: 400 }),
  'a failure in JSON': () => Response.json({ Code: TOKEN, Message: ECHO }),
  'no JSON': () => new Response(ECHO),
  'half a JSON': () => new Response(`{"SecretAccessKey":"${SECRET_KEY}","Token":"${SESSION_TOKEN}`),
  'a member that is wrong': () => Response.json(credentialsJson(START, { Expiration: ECHO })),
  'a member that is missing': () => Response.json(credentialsJson(START, { AccessKeyId: undefined })),
  'a redirect': () => new Response(null, { status: 302, headers: { location: `http://x/?${TOKEN}` } }),
  'a body that breaks off': () => new Response(streamOf([ECHO], 'error').stream),
  'a body that is too long': () => new Response(ECHO.repeat(1000)),
  'a body that is no text': () => new Response(new Uint8Array([0xff, 0xfe])),
  'a failure of fetch': () => Promise.reject(echoingError(ECHO)),
  'no answer': () => new Promise<never>(() => {}),
}

const failing: Record<string, RefreshingProvider> = {
  'a key alone': fromEnv({ env: { AWS_SECRET_ACCESS_KEY: SECRET_KEY } }),
  'a date that is none': fromEnv({
    env: {
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
      AWS_CREDENTIAL_EXPIRATION: SESSION_TOKEN,
    },
  }),
  'an authorization with a line break': fromContainerMetadata({
    env: { ...env, AWS_CONTAINER_AUTHORIZATION_TOKEN: `${AUTHORIZATION}\n` },
  }),
  'an address with a password': fromContainerMetadata({
    env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://user:${TOKEN}@127.0.0.1/?${SECRET_KEY}` },
  }),
  'a file that cannot be read': fromContainerMetadata({
    env: { ...env, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/token' },
    readFile: () => Promise.reject(echoingError()),
  }),
  'a token function that fails': fromWebToken({
    roleArn: ROLE,
    webIdentityToken: () => Promise.reject(echoingError()),
    sts: scriptedSts(),
  }),
  'an STS that fails': fromWebToken({
    roleArn: ROLE,
    webIdentityToken: TOKEN,
    sts: scriptedSts(() => new Error(`${SECRET_KEY} ${SESSION_TOKEN} ${TOKEN}`)),
  }),
  'a role that fails': fromTemporaryCredentials({
    roleArn: ROLE,
    externalId: SECRET_KEY,
    sts: scriptedSts(() => new Error(`${SECRET_KEY} ${SESSION_TOKEN}`)),
  }),
  'a chain': fromChain(fromEnv({ env: {} }), () =>
    Promise.reject(Object.assign(new Error(`${SECRET_KEY} ${TOKEN}`), { tryNextLink: true })),
  ),
}
for (const [name, answer] of Object.entries(answers)) {
  const options = { env, fetch: metadataFetch(answer), timeout: 5 }
  failing[`a container’s endpoint that gives ${name}`] = fromContainerMetadata(options)
  failing[`the default with ${name}`] = defaultProvider({
    env,
    fetch: metadataFetch(() => answers['a page']?.() ?? answer()),
  })
  for (const path of ['/latest/api/token', ROLES, `${ROLES}web-server`]) {
    const fetch = metadataFetch((asked) =>
      new URL(asked.url).pathname === path ? answer() : instanceFetch()(asked.url, { method: asked.method }),
    )
    failing[`an instance that gives ${name} for ${path}`] = fromInstanceMetadata({
      env: {},
      fetch,
      timeout: 5,
    })
  }
}

function writings(value: unknown): string[] {
  return [
    String(value),
    JSON.stringify(value) ?? '',
    inspect(value, { depth: 9, showHidden: true, getters: true }),
    value instanceof Error ? `${value.stack} ${inspect(value.cause, { depth: 9, showHidden: true })}` : '',
  ]
}

describe('no secret is in what a provider throws', () => {
  for (const [name, provider] of Object.entries(failing)) {
    test(`of ${name}`, async () => {
      const error = await provider().catch((thrown: unknown) => thrown)
      if (!(error instanceof Error)) return // a session token that is odd is one all the same
      for (const text of [...writings(error), ...writings(provider)]) {
        for (const secret of secretsOf(name)) expect(text).not.toContain(secret)
      }
    })
  }
})

test('nor in a provider that holds credentials', async () => {
  const fetch = metadataFetch(() => Response.json(credentialsJson(Date.now() + 3_600_000)))
  const provider = fromContainerMetadata({ env, fetch })
  expect(await provider()).toMatchObject({ secretAccessKey: SECRET_KEY })
  for (const text of writings(provider)) for (const secret of secrets) expect(text).not.toContain(secret)
})

test('the search finds a secret that is there', () => {
  const told = new Error('x', { cause: new Error(SECRET_KEY) })
  expect(writings(told).some((text) => text.includes(SECRET_KEY))).toBe(true)
})
