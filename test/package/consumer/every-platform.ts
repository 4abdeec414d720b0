// What must compile wherever there is a `fetch`, whichever types describe the platform.

import {
  type CallOptions,
  type Credentials,
  createTokenSource,
  createTokenSources,
  type FetchFunction,
  isFeatureDisabledException,
  isWebIdentityError,
  ResponseError,
  type SealingKey,
  ServiceError,
  StsClient,
  type StsClientOptions,
  type TokenSource,
  type TokenStore,
  WebIdentityError,
  withWebIdentity,
} from 'aws-web-identity'
import {
  defaultProvider,
  fromChain,
  fromContainerMetadata,
  fromEnv,
  fromInstanceMetadata,
  fromTemporaryCredentials,
  fromWebToken,
} from 'aws-web-identity/credentials'
import { createEmulator, type Emulator, withControl, withPage } from 'aws-web-identity/emulator'
import {
  type AccessToken,
  type AccessTokenSource,
  createTokenExchange,
  type ExchangePreset,
  isExchangeError,
  type Preset,
  presets,
} from 'aws-web-identity/exchange'
import { IamClient, waitUntilVending } from 'aws-web-identity/iam'
import {
  createVerifier,
  type DecodedToken,
  decode,
  isVerificationError,
  requireWebIdentity,
  VerificationError,
  type Verifier,
  type WebIdentity,
} from 'aws-web-identity/verify'

const keys: Credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' }

export const sts = new StsClient({
  region: 'eu-central-1',
  credentials: keys,
  endpoint: 'http://127.0.0.1:4566',
  maxAttempts: 2,
  // The platform's own, as it is.
  fetch,
  onEvent: (event) => event.type satisfies string,
})

// Who computes an option has `undefined` where it is not set.
export const computed = (fips: boolean | undefined): StsClientOptions => ({
  region: 'us-east-1',
  credentials: async () => keys,
  useFipsEndpoint: fips,
  fetch: undefined,
})

export async function mint(signal: AbortSignal): Promise<string> {
  const { webIdentityToken, expiration } = await sts.getWebIdentityToken(
    {
      audience: ['https://api.example.com'],
      signingAlgorithm: 'ES384',
      durationSeconds: 300,
      tags: [{ key: 'team', value: 'payments' }],
    },
    { signal },
  )
  const until: Date = expiration
  const options: CallOptions = { signal: AbortSignal.timeout(until.getTime() - Date.now()) }
  const { account, arn, userId } = await sts.getCallerIdentity(options)
  return [webIdentityToken, account, arn, userId].join()
}

const entries = new Map<string, string>()
const store: TokenStore = entries
const sealingKeys: readonly SealingKey[] = [new Uint8Array(32), 'base64']

export const source: TokenSource = createTokenSource({
  sts,
  audience: 'https://api.example.com',
  signingAlgorithm: 'RS256',
  minimumValidity: 60_000,
  store,
  sealingKeys,
})
export const provider: () => Promise<string> = source.getToken

export const sources = createTokenSources({
  sts,
  audiences: ['https://api.example.com'],
  signingAlgorithm: 'ES384',
})

export const fetchApi: FetchFunction = withWebIdentity(fetch, source, { hosts: ['api.example.com'] })
export const answered: Promise<Response> = fetchApi('https://api.example.com', { method: 'POST', body: '{}' })
export const readdressed = fetchApi(new URL('https://api.example.com'))
export const requested = fetchApi(new Request('https://api.example.com'))

const entra = presets.entra({
  tenant: 'contoso.onmicrosoft.com',
  clientId: '66666666-7777-4888-9999-000000000000',
  scope: 'https://graph.microsoft.com/.default',
})
export const access: AccessTokenSource = createTokenExchange(
  entra,
  createTokenSource({ sts, ...entra.tokenRequest }),
  {
    fetch,
    store,
    sealingKeys,
    principal: 'worker',
    maxAttempts: 2,
    onEvent: (event) => event.type satisfies string,
  },
)
export const accessProvider: () => Promise<string> = access.getToken
export const fetchGraph: FetchFunction = withWebIdentity(fetch, access, { hosts: ['graph.microsoft.com'] })

export const own: ExchangePreset = presets.custom({
  audience: 'https://auth.example.com',
  signingAlgorithm: 'ES384',
  exchange: {
    tokenEndpoint: new URL('https://auth.example.com/token'),
    grant: 'jwt-bearer',
    parameters: { client_id: 'worker' },
    bodyFormat: 'json',
  },
})
// What gives a token in the place of a source, and a party that takes the token itself.
export const given = createTokenExchange(own, { getToken: provider, invalidate: async () => {} })
export const direct: Preset = presets.snowflake({ account: 'myorg-myaccount' })

export async function trade(signal: AbortSignal): Promise<string> {
  try {
    const { accessToken, expiration, scope }: AccessToken = await access.get({ signal })
    await access.invalidate(accessToken)
    return [accessToken, expiration.toISOString(), scope].join()
  } catch (error) {
    if (isExchangeError(error)) return [error.code, error.party, error.remedy, error.retryAfter].join()
    throw error
  }
}

export const credentials = [
  keys,
  fromEnv(),
  fromContainerMetadata(),
  fromInstanceMetadata(),
  fromChain(fromEnv(), defaultProvider()),
  fromWebToken({
    roleArn: 'arn:aws:iam::123456789012:role/api',
    roleSessionName: 'api',
    webIdentityToken: provider,
  }),
  fromTemporaryCredentials({
    masterCredentials: keys,
    roleArn: 'arn:aws:iam::123456789012:role/api',
    roleSessionName: 'api',
  }),
].map((each) => new StsClient({ region: 'eu-central-1', credentials: each }))

const iam = new IamClient({ region: 'us-east-1', credentials: keys })
export const issuer: Promise<unknown> = iam.enableOutboundWebIdentityFederation()
export const vending: Promise<unknown> = waitUntilVending({
  sts,
  audience: ['https://api.example.com'],
  signingAlgorithm: 'ES384',
})

const verifier: Verifier = createVerifier({
  audience: 'https://api.example.com',
  account: '123456789012',
  fetch,
})
export const guarded: (request: Request) => Promise<Response> = requireWebIdentity(
  verifier,
  (request, identity) => new Response(`${identity.arn.name} ${request.url}`),
)
export const withRest = requireWebIdentity(verifier, (_request, identity, env: { greeting: string }) =>
  Response.json({ [env.greeting]: identity.accountId }),
)
export async function accept(token: string): Promise<WebIdentity | undefined> {
  const decoded: DecodedToken = decode(token)
  try {
    return decoded === undefined ? undefined : await verifier.verify(token)
  } catch (error) {
    if (isVerificationError(error)) return undefined
    throw error
  }
}

export function told(error: unknown): string {
  if (error instanceof ServiceError) return `${error.code} ${error.statusCode} ${error.requestId}`
  if (error instanceof ResponseError || error instanceof VerificationError) return error.code
  if (isFeatureDisabledException(error) || isWebIdentityError(error)) return error.message
  return error instanceof WebIdentityError ? error.name : ''
}

export const emulator: Emulator = createEmulator({ federationEnabled: false, now: () => 0 })
export const served: Promise<Response> = emulator.fetch(new Request(emulator.endpoint))
export const extended = withPage(emulator)
export const controlled = withControl(emulator)
