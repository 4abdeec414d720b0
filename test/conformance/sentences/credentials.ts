import { assert } from 'chai'
import { ACCOUNT, DEVELOPER, ROLE, SESSION } from '../principals.ts'
import { about, rejectionOf, type Sentences } from '../sentence.ts'

const ENV = {
  AWS_ACCESS_KEY_ID: DEVELOPER.accessKeyId,
  AWS_SECRET_ACCESS_KEY: DEVELOPER.secretAccessKey,
  AWS_REGION: 'eu-central-1',
}

export const credentials: Sentences = ({ library, makeClient, place }) => {
  const { fromEnv, fromContainerMetadata, fromInstanceMetadata, fromTemporaryCredentials, fromWebToken } =
    library.credentials
  const { fromChain, defaultProvider } = library.credentials
  const arnOf = async (provider: ReturnType<typeof fromEnv>) =>
    (await makeClient({ credentials: provider }).getCallerIdentity()).arn
  const workerSession = new RegExp(`^arn:aws:sts::${ACCOUNT}:assumed-role/worker/`)

  return about('credentials', {
    'from variables that are given': async () => {
      assert.equal(await arnOf(fromEnv({ env: ENV })), `arn:aws:iam::${ACCOUNT}:user/developer`)
    },
    'from the runtime’s own variables, or a sentence that says what is missing': async () => {
      const outcome = await fromEnv()().catch((error: unknown) => error)
      if (place.hasVariables) assert.propertyVal(outcome, 'accessKeyId', DEVELOPER.accessKeyId)
      else assert.instanceOf(outcome, library.core.CredentialsError)
    },
    ...(!('process' in globalThis || 'Deno' in globalThis) && {
      'from a shim of `process`, as bundlers bring it, where there is no other': async () => {
        const shimmed = Object.assign(globalThis, { process: { env: ENV } })
        try {
          assert.propertyVal(await fromEnv()(), 'accessKeyId', DEVELOPER.accessKeyId)
        } finally {
          Reflect.deleteProperty(shimmed, 'process')
        }
      },
    }),
    'from a container’s metadata, with its authorization': async () => {
      const env = {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${place.lab}/lab/container`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: 'container-token',
      }
      assert.match(await arnOf(fromContainerMetadata({ env, timeout: 10_000 })), workerSession)
      const denied = fromContainerMetadata({
        env: { ...env, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'other' },
        timeout: 10_000,
      })
      assert.instanceOf(await rejectionOf(denied()), library.core.CredentialsError)
    },
    'from an instance’s metadata, by its session token': async () => {
      assert.match(
        await arnOf(fromInstanceMetadata({ env: {}, endpoint: place.lab, timeout: 10_000 })),
        workerSession,
      )
    },
    'from a role that others may assume': async () => {
      const sts = makeClient()
      assert.match(await arnOf(fromTemporaryCredentials({ roleArn: ROLE, sts })), workerSession)
    },
    'from a web identity, without keys': async () => {
      const webIdentityToken = async () => (await fetch(`${place.lab}/lab/workload-token`)).text()
      const provider = fromWebToken({
        roleArn: ROLE,
        webIdentityToken,
        env: { AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL_STS: place.lab },
      })
      assert.match(await arnOf(provider), workerSession)
    },
    'from the first of a chain that has some': async () => {
      const provider = fromChain(fromEnv({ env: {} }), fromEnv({ env: ENV }))
      assert.propertyVal(await provider(), 'accessKeyId', DEVELOPER.accessKeyId)
    },
    'from where a program on AWS finds them': async () => {
      assert.propertyVal(await defaultProvider({ env: ENV })(), 'accessKeyId', DEVELOPER.accessKeyId)
    },
    'a hundred callers ask the service once': async () => {
      let calls = 0
      const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${place.lab}/lab/container` }
      const provider = fromContainerMetadata({
        env: { ...env, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'container-token' },
        timeout: 10_000,
        fetch: (input: string, init: RequestInit) => {
          calls += 1
          return fetch(input, init)
        },
      })
      const all = await Promise.all(Array.from({ length: 100 }, () => provider()))
      assert.equal(calls, 1)
      assert.propertyVal(all[99], 'accessKeyId', SESSION.accessKeyId)
    },
  })
}
