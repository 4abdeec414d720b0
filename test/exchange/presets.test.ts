// What each preset asks AWS for, what it refuses, and what it tells the party's administrator.

import { describe, expect, test } from 'vitest'
import { type Preset, presets } from '../../src/exchange/index.ts'
import { presetMakers } from '../../src/exchange/preset-schemas.ts'
import { isInputError, type SigningAlgorithm } from '../../src/index.ts'
import { known } from './parties.ts'

const UUID = '11111111-2222-4333-8444-555555555555'
const ISSUER = `https://${UUID}.tokens.sts.global.api.aws`
const SUBJECT = 'arn:aws:iam::123456789012:role/worker'

const POOL = 'projects/123456789/locations/global/workloadIdentityPools/aws-pool'
const PROVIDER = `${POOL}/providers/outbound`

type Settings = { signingAlgorithm?: SigningAlgorithm; durationSeconds?: number; tags?: [] }

/** Each preset with what it needs at the least. */
const made: Readonly<Record<string, (more?: Settings) => Preset>> = {
  openai: (more) => presets.openai({ ...known.openai, ...more }),
  anthropic: (more) => presets.anthropic({ ...known.anthropic, ...more }),
  entra: (more) => presets.entra({ ...known.entra, ...more }),
  googleCloud: (more) => presets.googleCloud({ provider: PROVIDER, ...more }),
  snowflake: (more) => presets.snowflake({ account: 'myorg-myaccount', ...more }),
  databricks: (more) => presets.databricks({ ...known.databricks, ...more }),
  tailscale: (more) => presets.tailscale({ ...known.tailscale, ...more }),
  openRouter: (more) => presets.openRouter({ ...known.openRouter, ...more }),
  chainguard: (more) => presets.chainguard({ ...known.chainguard, ...more }),
}

function errorOf(make: () => unknown): { path: string; rule: string } | undefined {
  try {
    make()
    return undefined
  } catch (error) {
    if (!isInputError(error)) throw error
    return { path: error.path, rule: error.rule }
  }
}

describe('a preset asks AWS for', () => {
  test.each<[string, Preset['tokenRequest']]>([
    ['openai', { audience: 'https://api.openai.com/v1', signingAlgorithm: 'ES384', durationSeconds: 3600 }],
    [
      'anthropic',
      { audience: 'https://api.anthropic.com', signingAlgorithm: 'ES384', durationSeconds: 1800 },
    ],
    ['entra', { audience: 'api://AzureADTokenExchange', signingAlgorithm: 'RS256', durationSeconds: 300 }],
    [
      'googleCloud',
      {
        audience: `https://iam.googleapis.com/${PROVIDER}`,
        signingAlgorithm: 'RS256',
        durationSeconds: 300,
      },
    ],
    ['snowflake', { audience: 'snowflakecomputing.com', signingAlgorithm: 'ES384', durationSeconds: 300 }],
    [
      'databricks',
      {
        audience: 'https://dbc-a1b2c3d4-e5f6.cloud.databricks.com',
        signingAlgorithm: 'RS256',
        durationSeconds: 900,
      },
    ],
    [
      'tailscale',
      { audience: 'api.tailscale.com/k123CNTRL', signingAlgorithm: 'RS256', durationSeconds: 300 },
    ],
    ['openRouter', { audience: 'https://openrouter.ai', signingAlgorithm: 'RS256', durationSeconds: 900 }],
    [
      'chainguard',
      { audience: 'https://issuer.enforce.dev', signingAlgorithm: 'ES384', durationSeconds: 300 },
    ],
  ])('what %s takes', (name, request) => {
    expect(made[name]?.().tokenRequest).toEqual(request)
  })

  test.each(Object.entries(made))('another lifetime of %s, and tags, where the caller says so', (_, make) => {
    expect(make({ durationSeconds: 60, tags: [] }).tokenRequest).toMatchObject({
      durationSeconds: 60,
      tags: [],
    })
  })

  test('nothing else', () => {
    expect(Object.keys(made).sort()).toEqual(Object.keys(presetMakers).sort())
    expect(Object.keys(presets).sort()).toEqual([...Object.keys(made), 'custom'].sort())
  })
})

describe('an algorithm that the party refuses is an error of the preset', () => {
  test.each([
    ['entra', 'must be RS256 for Microsoft Entra: it refuses ES384 with AADSTS5002738'],
    ['googleCloud', 'must be RS256 for Google Cloud: its documentation lists RS256 and ES256 alone'],
    ['databricks', 'must be RS256 for Databricks: its documentation lists RS256 and ES256 alone'],
    ['openRouter', 'must be RS256 for OpenRouter: its documentation lists RS256 and ES256 alone'],
  ])('%s with ES384', (name, rule) => {
    expect(errorOf(() => made[name]?.({ signingAlgorithm: 'ES384' }))).toEqual({
      path: 'signingAlgorithm',
      rule,
    })
  })

  test.each(['openai', 'anthropic', 'snowflake', 'tailscale', 'chainguard'])('%s takes both', (name) => {
    for (const signingAlgorithm of ['ES384', 'RS256'] as const) {
      expect(made[name]?.({ signingAlgorithm }).tokenRequest.signingAlgorithm).toBe(signingAlgorithm)
    }
  })

  test.each(Object.entries(made))('%s with none of AWS’s', (_, make) => {
    // As a program without types may call it.
    const signingAlgorithm = 'ES256' as SigningAlgorithm
    expect(errorOf(() => make({ signingAlgorithm }))?.path).toBe('signingAlgorithm')
  })
})

describe('an identifier that can’t be one is named', () => {
  const { entra, anthropic, openai, databricks, tailscale, openRouter, chainguard } = known
  const text = (value: unknown) => value as string // as a program without types may call it

  test.each<[string, () => unknown, string]>([
    ['no tenant', () => presets.entra({ ...entra, tenant: text(undefined) }), 'tenant'],
    ['a tenant with a path', () => presets.entra({ ...entra, tenant: 'contoso.com/../evil' }), 'tenant'],
    ['a tenant that is a word', () => presets.entra({ ...entra, tenant: 'contoso' }), 'tenant'],
    ['a client id that is none', () => presets.entra({ ...entra, clientId: 'my-app' }), 'clientId'],
    ['a scope without /.default', () => presets.entra({ ...entra, scope: 'User.Read' }), 'scope'],
    [
      'two scopes',
      () => presets.entra({ ...entra, scope: 'https://a.example/.default https://b.example/.default' }),
      'scope',
    ],
    ['no rule', () => presets.anthropic({ ...anthropic, federationRuleId: '' }), 'federationRuleId'],
    [
      'an organization that is no UUID',
      () => presets.anthropic({ ...anthropic, organizationId: 'org' }),
      'organizationId',
    ],
    [
      'a service account with a space',
      () => presets.anthropic({ ...anthropic, serviceAccountId: 'a b' }),
      'serviceAccountId',
    ],
    [
      'a provider with a line break',
      () => presets.openai({ ...openai, identityProviderId: 'a\nb' }),
      'identityProviderId',
    ],
    ['a pool in the place of a provider', () => presets.googleCloud({ provider: POOL }), 'provider'],
    [
      "a project's name in the place of its number",
      () => presets.googleCloud({ provider: PROVIDER.replace('123456789', 'my-project') }),
      'provider',
    ],
    [
      'somebody who is no service account',
      () => presets.googleCloud({ provider: PROVIDER, serviceAccountEmail: 'me@example.com' }),
      'serviceAccountEmail',
    ],
    [
      'too long a lifetime',
      () => presets.googleCloud({ provider: PROVIDER, lifetimeSeconds: 43_201 }),
      'lifetimeSeconds',
    ],
    ['scopes with a line break', () => presets.googleCloud({ provider: PROVIDER, scopes: 'a\nb' }), 'scopes'],
    [
      'an account with the domain',
      () => presets.snowflake({ account: 'myorg-myaccount.snowflakecomputing.com' }),
      'account',
    ],
    ['an account with a slash', () => presets.snowflake({ account: 'a/b' }), 'account'],
    ['a user with a quote', () => presets.snowflake({ account: 'a', user: "a'b" }), 'user'],
    ['a workspace with a path', () => presets.databricks({ ...databricks, host: 'a.example.com/x' }), 'host'],
    [
      'a workspace without encryption',
      () => presets.databricks({ ...databricks, host: 'http://a.example.com' }),
      'host',
    ],
    ['no audience', () => presets.databricks({ host: databricks.host }), 'audience'],
    ['an account that is none', () => presets.databricks({ ...databricks, accountId: '1' }), 'accountId'],
    ['no client', () => presets.tailscale({ ...tailscale, clientId: text(1) }), 'clientId'],
    ['no policy', () => presets.openRouter({ ...openRouter, federationPolicyId: ' ' }), 'federationPolicyId'],
    ['no audience', () => presets.openRouter({ ...openRouter, audience: '' }), 'audience'],
    [
      'an identity by its name',
      () => presets.chainguard({ ...chainguard, identity: 'my-identity' }),
      'identity',
    ],
    [
      'too short a lifetime',
      () => presets.tailscale({ ...tailscale, durationSeconds: 59 }),
      'durationSeconds',
    ],
    [
      'an option that is not known',
      () => presets.tailscale({ ...tailscale, ...{ lifetime: 1 } }),
      'lifetime',
    ],
  ])('%s', (_, make, path) => {
    expect(errorOf(make)?.path).toBe(path)
  })

  test.each([
    [
      'not encrypted',
      'http://auth.example.com/token',
      'must be https, or http on loopback: a token is sent there',
    ],
    ['with a password', 'https://user:hunter2@auth.example.com/', 'must have no user, password or fragment'],
    ['with a fragment', 'https://auth.example.com/#a', 'must have no user, password or fragment'],
    ['no URL', '/token', 'must be a URL'],
    ['a file', 'file:///etc/passwd', 'must be https, or http on loopback: a token is sent there'],
    [
      'loopback by a stranger’s name',
      'http://127.0.0.1.example.com/',
      'must be https, or http on loopback: a token is sent there',
    ],
  ])('a token endpoint that is %s', (_, tokenEndpoint, rule) => {
    expect(errorOf(() => presets.openai({ ...openai, tokenEndpoint }))).toEqual({
      path: 'tokenEndpoint',
      rule,
    })
  })

  test('loopback without encryption is none', () => {
    for (const host of ['127.0.0.1:1234', 'localhost', '[::1]:1']) {
      const { exchange } = presets.openai({ ...openai, tokenEndpoint: `http://${host}/token` })
      expect(exchange.steps[0]?.endpoint.host).toBe(host)
    }
  })
})

describe('what is written in several ways', () => {
  test.each(['', '//iam.googleapis.com/', 'https://iam.googleapis.com/'])(
    'a provider behind “%s”',
    (front) => {
      const { tokenRequest, exchange } = presets.googleCloud({ provider: `${front}${PROVIDER}` })
      expect(tokenRequest.audience).toBe(`https://iam.googleapis.com/${PROVIDER}`)
      expect(exchange.steps[0]?.request('t').body).toContain(
        encodeURIComponent(`//iam.googleapis.com/${PROVIDER}`),
      )
    },
  )

  test.each(['', 'https://'])('a workspace behind “%s”', (front) => {
    const host = 'adb-1.2.azuredatabricks.net'
    const { exchange } = presets.databricks({ host: `${front}${host}`, audience: 'a' })
    expect(exchange.steps[0]?.endpoint.href).toBe(`https://${host}/oidc/v1/token`)
  })

  test('a scope of Databricks’, and none who asks', () => {
    const { exchange } = presets.databricks({ host: 'a.example.com', audience: 'a', scope: 'sql offline' })
    const sent = Object.fromEntries(new URLSearchParams(exchange.steps[0]?.request('t').body))
    expect(sent).toMatchObject({ scope: 'sql offline' })
    expect(sent).not.toHaveProperty('client_id')
  })

  test('scopes of Google’s, which are those of the last token', () => {
    const scopes = [
      'https://www.googleapis.com/auth/devstorage.read_only',
      'https://www.googleapis.com/auth/pubsub',
    ]
    const bodies = (serviceAccountEmail?: string) =>
      presets
        .googleCloud({ provider: PROVIDER, scopes, serviceAccountEmail })
        .exchange.steps.map((step) => step.request('t').body)
    const scopeOf = (form: string | undefined) => new URLSearchParams(form).get('scope')
    expect(scopeOf(bodies()[0])).toBe(scopes.join(' '))
    const [first, second] = bodies(known.googleCloud.serviceAccountEmail)
    expect(scopeOf(first)).toBe('https://www.googleapis.com/auth/cloud-platform')
    expect(JSON.parse(second ?? '')).toEqual({ scope: scopes, lifetime: '3600s' })
  })

  test('the account of Databricks, whose id is the audience', () => {
    const { exchange, tokenRequest } = presets.databricks({
      host: 'accounts.cloud.databricks.com',
      accountId: UUID,
    })
    expect(exchange.steps[0]?.endpoint.href).toBe(
      `https://accounts.cloud.databricks.com/oidc/accounts/${UUID}/v1/token`,
    )
    expect(tokenRequest.audience).toBe(UUID)
  })

  test('a tenant by one of its domains', () => {
    const { exchange } = presets.entra({ ...known.entra, tenant: 'contoso.onmicrosoft.com' })
    expect(exchange.steps[0]?.endpoint.href).toBe(
      'https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token',
    )
  })
})

describe('the administrator is told', () => {
  test.each(Object.entries(made))('issuer and subject by %s', (_, make) => {
    const { where, fields, documentation } = make().registration({ issuer: ISSUER, subject: SUBJECT })
    const values = fields.map(({ value }) => value).join('\n')
    expect(values).toContain(ISSUER)
    expect(values).toContain(SUBJECT)
    expect(where).not.toBe('')
    expect(new URL(documentation).protocol).toBe('https:')
  })

  test.each(Object.keys(made).filter((name) => name !== 'googleCloud'))('the audience by %s', (name) => {
    const preset = made[name]?.()
    const { fields } = preset?.registration({ issuer: ISSUER, subject: SUBJECT }) ?? { fields: [] }
    expect(fields.map(({ value }) => value).join('\n')).toContain(preset?.tokenRequest.audience)
  })

  test('a mapping of Google’s that is short enough, where the ARN is not', () => {
    const subject = `arn:aws:iam::123456789012:role/${'path/'.repeat(30)}worker`
    const { fields } = presets.googleCloud({ provider: PROVIDER }).registration({ issuer: ISSUER, subject })
    const fieldOf = (name: string) => fields.find((field) => field.name.startsWith(name))?.value
    expect(fieldOf('Attribute mapping')).toBe(
      `assertion.sub.extract('arn:aws:iam::123456789012:role/${'path/'.repeat(30)}{name}')`,
    )
    expect(fieldOf('Principal')).toBe(`principal://iam.googleapis.com/${POOL}/subject/worker`)
  })

  test('conditions of Google’s that no ARN can break out of', () => {
    // The path of a role may hold any printable character of ASCII.
    const subjectOf = (path: string) => `arn:aws:iam::123456789012:role/o'neil\\/${path}worker`
    const valuesOf = (subject: string) =>
      presets
        .googleCloud({ provider: PROVIDER })
        .registration({ issuer: ISSUER, subject })
        .fields.map(({ value }) => value)
    expect(valuesOf(subjectOf(''))).toContain(
      "assertion.sub == 'arn:aws:iam::123456789012:role/o\\'neil\\\\/worker'",
    )
    expect(valuesOf(subjectOf('path/'.repeat(30)))).toContain(
      `assertion.sub.extract('arn:aws:iam::123456789012:role/o\\'neil\\\\/${'path/'.repeat(30)}{name}')`,
    )
  })

  test('a statement of Snowflake’s that no ARN can break out of', () => {
    const preset = presets.snowflake({ account: 'a', user: 'svc' })
    const { fields } = preset.registration({ issuer: ISSUER, subject: "arn:'; DROP USER x; --\\" })
    expect(fields[0]?.value).toBe(
      `ALTER USER svc ADD WORKLOAD IDENTITY aws TYPE = OIDC ISSUER = '${ISSUER}' SUBJECT = 'arn:''; DROP USER x; --\\\\' OIDC_AUDIENCE_LIST = ('snowflakecomputing.com')`,
    )
  })
})

test('a polluted Object.prototype adds nothing to an exchange of one’s own', () => {
  const polluted = { parameters: { client_id: 'evil' }, headers: { 'x-evil': '1' }, bodyFormat: 'json' }
  const exchange = { tokenEndpoint: 'https://auth.example.com/token', grant: 'jwt-bearer' } as const
  for (const [name, value] of Object.entries(polluted)) {
    Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
  }
  try {
    const preset = presets.custom({ audience: 'a', signingAlgorithm: 'ES384', exchange })
    expect(preset.exchange.steps[0]?.request('a.b.c')).toEqual({
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c',
    })
  } finally {
    for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name)
  }
})

describe('a party of one’s own', () => {
  const base = { audience: 'https://auth.example.com', signingAlgorithm: 'ES384' } as const
  const exchange = { tokenEndpoint: 'https://auth.example.com/token', grant: 'token-exchange' } as const

  test('takes the token itself, where no exchange is given', () => {
    expect(presets.custom(base).exchange).toBeUndefined()
  })

  test('may refuse an algorithm', () => {
    expect(
      errorOf(() => presets.custom({ ...base, party: 'Example', signingAlgorithms: ['RS256'] })),
    ).toEqual({
      path: 'signingAlgorithm',
      rule: 'must be RS256 for Example',
    })
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['a grant that is none', { grant: 'password' }, 'exchange.grant'],
    ['an endpoint that is not encrypted', { tokenEndpoint: 'http://a.example' }, 'exchange.tokenEndpoint'],
    ['a parameter of the grant', { parameters: { subject_token: 'x' } }, 'exchange.parameters.subject_token'],
    ['a parameter that is no text', { parameters: { scope: 1 } }, 'exchange.parameters.scope'],
    [
      'a header of the request',
      { headers: { 'Content-Type': 'text/plain' } },
      'exchange.headers.Content-Type',
    ],
    ['a header that can’t be sent', { headers: { 'x-a': 'a\r\nb: c' } }, 'exchange.headers'],
    ['a format that is none', { bodyFormat: 'xml' }, 'exchange.bodyFormat'],
    ['an option that is not known', { client_id: 'x' }, 'exchange.client_id'],
  ])('%s is named', (_, more, path) => {
    // As a program without types may call it.
    expect(
      errorOf(() => presets.custom({ ...base, exchange: { ...exchange, ...more } as typeof exchange }))?.path,
    ).toBe(path)
  })

  test.each([
    [
      'token-exchange',
      'form',
      'grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt&subject_token=a.b.c&scope=x+y',
    ],
    [
      'jwt-bearer',
      'json',
      '{"grant_type":"urn:ietf:params:oauth:grant-type:jwt-bearer","assertion":"a.b.c","scope":"x y"}',
    ],
    [
      'client-credentials',
      'form',
      'grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=a.b.c&scope=x+y',
    ],
  ] as const)('%s as %s', (grant, bodyFormat, body) => {
    const parameters = { scope: 'x y' }
    const preset = presets.custom({
      ...base,
      exchange: { ...exchange, grant, bodyFormat, parameters, headers: { 'x-version': '1' } },
    })
    const request = preset.exchange.steps[0]?.request('a.b.c')
    expect(request?.body).toBe(body)
    expect(request?.headers).toEqual({
      'x-version': '1',
      'content-type': bodyFormat === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
    })
  })
})
