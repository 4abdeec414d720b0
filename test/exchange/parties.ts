// Scripted relying parties in the shapes of their own documentation (addresses in docs/relying-parties.md): what each
// demands of a request, and what it answers. Each verifies the token as the party would: by the issuer's published keys.

import { createVerifier } from '../../src/verify/index.ts'

/** What a party was sent. */
export interface PartyRequest {
  readonly url: string
  readonly headers: Headers
  readonly body: string
  /** The parameters of the body, of the form or of the JSON. */
  readonly parameters: Readonly<Record<string, unknown>>
}

export interface Party {
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  readonly requests: PartyRequest[]
  /** What is answered to the next requests in the place of the party's own answers. */
  readonly answers: (Response | Error | ((signal: AbortSignal | undefined) => Response | Promise<Response>))[]
}

interface Trust {
  readonly issuer: string
  /** Gets the issuer's keys. */
  readonly keys: (url: string, init: RequestInit) => Promise<Response>
}

type Answer = (request: PartyRequest, trust: Trust) => Promise<Response>

/** A party that trusts this issuer. */
export function scriptedParty(name: keyof typeof parties, trust: Trust): Party {
  const requests: PartyRequest[] = []
  const answers: Party['answers'] = []
  return {
    requests,
    answers,
    async fetch(input, init) {
      const request = new Request(input, init)
      const body = await request.text()
      const isForm = request.headers.get('content-type') === 'application/x-www-form-urlencoded'
      const seen = {
        url: request.url,
        headers: request.headers,
        body,
        parameters: isForm ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body),
      }
      requests.push(seen)
      const scripted = answers.shift()
      if (scripted instanceof Error) throw scripted
      if (typeof scripted === 'function') return scripted(init?.signal ?? undefined)
      return scripted ?? parties[name](seen, trust)
    },
  }
}

let serial = 0
function opaque(): string {
  serial += 1
  return `access-${serial}-${'x'.repeat(40)}`
}

const oauthError = (status: number, error: string, error_description: string) =>
  Response.json({ error, error_description }, { status })

/** The claims of a token that verifies, or the party's answer to one that does not. */
async function verified(
  token: unknown,
  audience: string | string[],
  { issuer, keys }: Trust,
  refuse: (why: string) => Response,
) {
  try {
    const verifier = createVerifier({ audience, issuer, fetch: keys })
    return { identity: await verifier.verify(String(token)) }
  } catch (error) {
    return { refusal: refuse(error instanceof Error ? error.message : 'no token') }
  }
}

function differences(
  parameters: PartyRequest['parameters'],
  wanted: Readonly<Record<string, unknown>>,
): string[] {
  const names = new Set([...Object.keys(parameters), ...Object.keys(wanted)])
  return [...names].filter((name) =>
    wanted[name] === any ? parameters[name] === undefined : parameters[name] !== wanted[name],
  )
}

const any = Symbol('any')
const TOKEN_EXCHANGE = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  subject_token: any,
}
const used = new Set<string>()

/** The identifiers that the parties know. */
export const known = {
  openai: { identityProviderId: 'idp_abc', serviceAccountId: 'sa_def' },
  anthropic: {
    federationRuleId: 'fdrl_abc',
    organizationId: '11111111-2222-4333-8444-555555555555',
    serviceAccountId: 'svac_def',
  },
  entra: {
    tenant: '11111111-2222-4333-8444-555555555555',
    clientId: '66666666-7777-4888-9999-000000000000',
    scope: 'https://graph.microsoft.com/.default',
  },
  googleCloud: {
    provider: 'projects/123456789/locations/global/workloadIdentityPools/aws-pool/providers/outbound',
    serviceAccountEmail: 'worker@my-project.iam.gserviceaccount.com',
  },
  databricks: {
    host: 'dbc-a1b2c3d4-e5f6.cloud.databricks.com',
    clientId: '66666666-7777-4888-9999-000000000000',
    audience: 'https://dbc-a1b2c3d4-e5f6.cloud.databricks.com',
  },
  tailscale: { clientId: 'k123CNTRL' },
  openRouter: { federationPolicyId: 'fp_abc', audience: 'https://openrouter.ai' },
  chainguard: { identity: '720909c9f5279097d847ad02a2f24ba8f59de36a/b6461e99e132298f' },
} as const

export const parties = {
  async openai({ url, headers, parameters }, trust) {
    if (url !== 'https://auth.openai.com/oauth/token') return new Response('', { status: 404 })
    if (headers.get('content-type') !== 'application/json') return oauthError(415, 'invalid_request', 'JSON')
    const { identityProviderId, serviceAccountId } = known.openai
    const wrong = differences(parameters, {
      ...TOKEN_EXCHANGE,
      identity_provider_id: identityProviderId,
      service_account_id: serviceAccountId,
    })
    if (wrong.length > 0) return oauthError(400, 'invalid_request', wrong.join())
    const refuse = (why: string) => oauthError(400, 'invalid_grant', why)
    const { identity, refusal } = await verified(
      parameters['subject_token'],
      'https://api.openai.com/v1',
      trust,
      refuse,
    )
    if (identity === undefined) return refusal
    return Response.json({
      access_token: opaque(),
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: Math.min(3600, Number(identity.claims['exp']) - Math.floor(Date.now() / 1000)),
    })
  },

  async anthropic({ url, headers, parameters }, trust) {
    const error = (status: number, type: string, message: string) =>
      Response.json(
        { type: 'error', error: { type, message }, request_id: 'req_1' },
        { status, headers: { 'request-id': 'req_1' } },
      )
    if (url !== 'https://api.anthropic.com/v1/oauth/token') return error(404, 'not_found_error', url)
    if (headers.get('anthropic-beta')?.includes('oidc-federation-2026-04-01') !== true)
      return error(400, 'invalid_request_error', 'beta')
    const { federationRuleId, organizationId, serviceAccountId } = known.anthropic
    const wrong = differences(parameters, {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: any,
      federation_rule_id: federationRuleId,
      organization_id: organizationId,
      service_account_id: serviceAccountId,
    })
    if (wrong.length > 0) return error(400, 'invalid_request_error', wrong.join())
    const refuse = (why: string) => error(401, 'authentication_error', why)
    const { identity, refusal } = await verified(
      parameters['assertion'],
      'https://api.anthropic.com',
      trust,
      refuse,
    )
    if (identity === undefined) return refusal
    const id = String(identity.claims['jti'])
    if (used.has(id)) return refuse('The token was used before')
    used.add(id)
    return Response.json({
      access_token: opaque(),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'workspace:inference',
    })
  },

  async entra({ url, headers, parameters }, trust) {
    const error = (status: number, code: string, number: number, words: string) =>
      Response.json(
        {
          error: code,
          error_description: `AADSTS${number}: ${words} Trace ID: 0 Correlation ID: 0`,
          error_codes: [number],
          trace_id: '0',
          correlation_id: '0',
        },
        { status, headers: { 'x-ms-request-id': 'trace-1' } },
      )
    const { tenant, clientId, scope } = known.entra
    if (url !== `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`)
      return error(400, 'invalid_request', 90002, 'Tenant not found.')
    if (headers.get('content-type') !== 'application/x-www-form-urlencoded')
      return error(400, 'invalid_request', 900144, 'The request body must be a form.')
    const wrong = differences(parameters, {
      grant_type: 'client_credentials',
      client_id: clientId,
      scope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: any,
    })
    if (wrong.length > 0) return error(400, 'invalid_request', 900144, wrong.join())
    const [header = ''] = String(parameters['client_assertion']).split('.')
    if (JSON.parse(atob(header.replaceAll('-', '+').replaceAll('_', '/'))).alg !== 'RS256')
      return error(
        401,
        'invalid_client',
        5002738,
        "Invalid JWT token. 'ES384' is not a supported signature algorithm.",
      )
    const refuse = (why: string) => error(401, 'invalid_client', 700211, why)
    const { identity, refusal } = await verified(
      parameters['client_assertion'],
      'api://AzureADTokenExchange',
      trust,
      refuse,
    )
    if (identity === undefined) return refusal
    return Response.json({
      token_type: 'Bearer',
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: opaque(),
    })
  },

  async googleCloud({ url, headers, parameters }, trust) {
    const { provider, serviceAccountEmail } = known.googleCloud
    if (url.startsWith('https://iamcredentials.googleapis.com/')) {
      const error = (status: number, name: string, message: string) =>
        Response.json({ error: { code: status, message, status: name } }, { status })
      if (!headers.get('authorization')?.startsWith('Bearer access-'))
        return error(401, 'UNAUTHENTICATED', 'no token')
      const path = `/v1/projects/-/serviceAccounts/${encodeURIComponent(serviceAccountEmail)}:generateAccessToken`
      if (new URL(url).pathname !== path) return error(404, 'NOT_FOUND', url)
      if (!Array.isArray(parameters['scope']) || !/^\d+s$/.test(String(parameters['lifetime'])))
        return error(400, 'INVALID_ARGUMENT', 'scope, lifetime')
      const seconds = Number.parseInt(String(parameters['lifetime']), 10)
      return Response.json({
        accessToken: opaque(),
        expireTime: new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+/, ''),
      })
    }
    if (url !== 'https://sts.googleapis.com/v1/token') return new Response('', { status: 404 })
    if (headers.has('authorization')) return oauthError(400, 'invalid_request', 'no Authorization header')
    const wrong = differences(parameters, {
      ...TOKEN_EXCHANGE,
      audience: `//iam.googleapis.com/${provider}`,
      scope: any,
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    })
    if (wrong.length > 0) return oauthError(400, 'invalid_request', wrong.join())
    const refuse = (why: string) => oauthError(400, 'invalid_grant', why)
    const { identity, refusal } = await verified(
      parameters['subject_token'],
      [`https://iam.googleapis.com/${provider}`, `//iam.googleapis.com/${provider}`],
      trust,
      refuse,
    )
    if (identity === undefined) return refusal
    return Response.json({
      access_token: opaque(),
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 3600,
    })
  },

  async databricks({ url, parameters }, trust) {
    const { host, clientId, audience } = known.databricks
    if (url !== `https://${host}/oidc/v1/token`) return new Response('', { status: 404 })
    const wrong = differences(parameters, { ...TOKEN_EXCHANGE, scope: 'all-apis', client_id: clientId })
    if (wrong.length > 0) return oauthError(400, 'invalid_request', wrong.join())
    const refuse = (why: string) => oauthError(400, 'invalid_grant', why)
    const { identity, refusal } = await verified(parameters['subject_token'], audience, trust, refuse)
    if (identity === undefined) return refusal
    return Response.json({
      access_token: opaque(),
      scope: 'all-apis',
      token_type: 'Bearer',
      expires_in: 3600,
    })
  },

  async tailscale({ url, parameters }, trust) {
    const { clientId } = known.tailscale
    const error = (status: number, message: string) => Response.json({ message }, { status })
    if (url !== 'https://api.tailscale.com/api/v2/oauth/token-exchange') return error(404, 'not found')
    const wrong = differences(parameters, { client_id: clientId, jwt: any })
    if (wrong.length > 0) return error(400, wrong.join())
    const refuse = (why: string) => error(401, why)
    const { identity, refusal } = await verified(
      parameters['jwt'],
      `api.tailscale.com/${clientId}`,
      trust,
      refuse,
    )
    if (identity === undefined) return refusal
    return Response.json({
      access_token: opaque(),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'devices:core',
    })
  },

  async openRouter({ url, headers, parameters }, trust) {
    const { federationPolicyId, audience } = known.openRouter
    if (url !== 'https://openrouter.ai/api/v1/oauth/token') return new Response('', { status: 404 })
    if (headers.get('content-type') !== 'application/x-www-form-urlencoded')
      return oauthError(400, 'invalid_request', 'a form')
    const wrong = differences(parameters, { ...TOKEN_EXCHANGE, federation_policy_id: federationPolicyId })
    if (wrong.length > 0) return oauthError(400, 'invalid_request', wrong.join())
    const refuse = (why: string) => oauthError(400, 'invalid_grant', why)
    const { identity, refusal } = await verified(parameters['subject_token'], audience, trust, refuse)
    if (identity === undefined) return refusal
    return Response.json({
      access_token: opaque(),
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 900,
    })
  },

  async chainguard({ url, headers, parameters }, trust) {
    const error = (status: number, message: string) =>
      Response.json({ code: 16, message, details: [] }, { status })
    if (url !== 'https://issuer.enforce.dev/sts/exchange') return error(404, 'Not Found')
    const wrong = differences(
      { ...parameters, aud: String(parameters['aud']) },
      { aud: 'https://console-api.enforce.dev', ...known.chainguard },
    )
    if (wrong.length > 0) return error(400, wrong.join())
    const [scheme, token] = (headers.get('authorization') ?? '').split(' ')
    if (scheme !== 'Bearer') return error(401, 'no token')
    const refuse = (why: string) => error(401, why)
    const { identity, refusal } = await verified(token, 'https://issuer.enforce.dev', trust, refuse)
    if (identity === undefined) return refusal
    const now = Math.floor(Date.now() / 1000)
    serial += 1
    const part = (value: object) =>
      btoa(JSON.stringify(value)).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_')
    return Response.json({
      token: `${part({ alg: 'RS256' })}.${part({ iat: now, exp: now + 3600, jti: serial })}.c2ln`,
      refreshToken: '',
    })
  },
} satisfies Record<string, Answer>
