import { assert } from 'chai'
import type {
  AccessTokenSource,
  CustomExchange,
  ExchangePreset,
  TokenExchangeOptions,
} from '../../../src/exchange/index.ts'
import type { TokenSourceEvent } from '../../../src/index.ts'
import { PARTY } from '../principals.ts'
import {
  about,
  isAbandoned,
  isReceived,
  later,
  type Rejection,
  rejectionOf,
  type ScriptedReply,
  type Sentences,
} from '../sentence.ts'
import { writings } from './secrets.ts'

const grants = ['token-exchange', 'jwt-bearer', 'client-credentials'] as const
const formats = ['form', 'json'] as const
const JSON_TYPE = { 'content-type': 'application/json' }

/** A token as AWS might have signed it, where nobody looks at the signature. */
export function unsigned(claims: object = {}, alg = 'ES384', signature = 'c2lnbmF0dXJlLW9mLWF3cw'): string {
  const parts = [
    { alg, kid: 'EC384_0' },
    { aud: PARTY, ...claims },
  ].map((part) => btoa(JSON.stringify(part)).replaceAll('=', ''))
  return [...parts, signature].join('.')
}

const TOKEN = unsigned()
const sourceOf = (token = TOKEN) => ({ getToken: async () => token, async invalidate() {} })

const reply = (members: unknown, status = 200): ScriptedReply => ({
  status,
  headers: JSON_TYPE,
  body: [typeof members === 'string' ? members : JSON.stringify(members)],
})
const granted = (token: string, more: object = {}) =>
  reply({ access_token: token, token_type: 'Bearer', expires_in: 3600, ...more })
const refusal = (error: string, status = 400, more: object = {}) => reply({ error, ...more }, status)

type Wanted = Partial<CustomExchange> &
  TokenExchangeOptions & { readonly source?: ReturnType<typeof sourceOf> }

export const exchange: Sentences = ({ library, lab, makeClient, place }) => {
  const { core } = library
  const { createTokenExchange, presets } = library.exchange

  const presetAt = (tokenEndpoint: string, wanted: Partial<CustomExchange> = {}) =>
    presets.custom({
      party: 'The party',
      audience: PARTY,
      signingAlgorithm: 'ES384',
      exchange: { tokenEndpoint, grant: 'token-exchange', ...wanted },
    })

  /** An exchange at that endpoint. */
  const exchangeAt = (endpoint: string, wanted: Wanted = {}) => {
    const { grant, parameters, bodyFormat, headers, tokenUse, source = sourceOf(), ...options } = wanted
    const given = Object.entries({ grant, parameters, bodyFormat, headers, tokenUse })
    const said = Object.fromEntries(given.filter(([, value]) => value !== undefined))
    // The last three say what came of a store, which goes with its keys.
    return createTokenExchange(presetAt(endpoint, said), source, options as TokenExchangeOptions)
  }

  /** An exchange where these replies are played. */
  const scripted = async (replies: readonly ScriptedReply[], wanted: Wanted = {}) => {
    const script = await lab.script(...replies)
    return { access: exchangeAt(script.endpoint, wanted), ...script }
  }

  /** Tokens of the emulator, counted. */
  const awsTokens = () => {
    const asked = { tokens: 0 }
    const counted = (input: string, init: RequestInit) => {
      asked.tokens += 1
      return fetch(input, init)
    }
    const sts = makeClient({ fetch: counted })
    return { asked, source: core.createTokenSource({ sts, audience: PARTY, signingAlgorithm: 'ES384' }) }
  }

  /** A party of the lab, which verifies the emulator's tokens. */
  const atParty = (wanted: Wanted = {}) => {
    const { asked, source } = awsTokens()
    const sent = { requests: 0 }
    const access = exchangeAt(`${place.lab}/lab/party`, {
      source,
      fetch: (url, init) => {
        sent.requests += 1
        return fetch(url, init)
      },
      ...wanted,
    })
    return { access, asked, sent }
  }

  const refusedWith = async (replies: readonly ScriptedReply[], wanted: Wanted = {}) => {
    const { access, requests } = await scripted(replies, { maxAttempts: 1, ...wanted })
    const error = await rejectionOf(access.getToken())
    assert.isTrue(core.isWebIdentityError(error), String(error))
    return { error, requests: await requests() }
  }

  /** What a preset sends, told by its own endpoint. */
  const sentBy = async (
    make: (tokenEndpoint: string) => ExchangePreset,
    replies: readonly ScriptedReply[] = [granted('access')],
  ) => {
    const { endpoint, requests } = await lab.script(...replies)
    const preset = make(endpoint)
    const { audience, signingAlgorithm } = preset.tokenRequest
    const token = unsigned({ aud: audience }, signingAlgorithm)
    const access = createTokenExchange(preset, sourceOf(token), { maxAttempts: 1 })
    const accessToken = await access.getToken()
    const told = (await requests()).map(({ headers, body }) => ({
      headers,
      parameters: headers['content-type']?.includes('json')
        ? JSON.parse(body)
        : Object.fromEntries(new URLSearchParams(body)),
    }))
    const [first] = told
    if (first === undefined) throw new Error('Nothing was sent.')
    return { ...first, token, accessToken, told }
  }

  const bySubject = (token: string) => ({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    subject_token: token,
  })

  const wire: Readonly<Record<(typeof grants)[number], Readonly<Record<string, string>>>> = {
    'token-exchange': bySubject(TOKEN),
    'jwt-bearer': { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: TOKEN },
    'client-credentials': {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: TOKEN,
    },
  }

  const eachGrant = grants.flatMap((grant) => formats.map((bodyFormat) => [grant, bodyFormat] as const))

  const takes = eachGrant.map(([grant, bodyFormat]) => [
    `a party that verifies takes a token of the emulator: ${grant}, as ${bodyFormat}`,
    async () => {
      const parameters = { client_id: 'a b&c' }
      const { access } = atParty({ grant, bodyFormat, parameters })
      const { accessToken, tokenType, expiration, scope } = await access.get()
      assert.match(accessToken, /^party-/)
      assert.deepEqual([tokenType, scope], ['Bearer', `developer ${grant} ${bodyFormat} a b&c`])
      const left = expiration.getTime() - Date.now()
      assert.isAbove(left, 3_500_000)
      assert.isAtMost(left, 3_600_000)
    },
  ])

  const sends = eachGrant.map(([grant, bodyFormat]) => [
    `what is sent by ${grant} as ${bodyFormat}, to the letter`,
    async () => {
      const parameters = { scope: 'a b', resource: 'https://ä.example/?a=1&b=2+3' }
      const headers = { 'x-version': '2' }
      const { access, requests } = await scripted([granted('access')], {
        grant,
        bodyFormat,
        parameters,
        headers,
      })
      assert.equal(await access.getToken(), 'access')
      const [request, ...others] = await requests()
      assert.lengthOf(others, 0)
      const all = { ...wire[grant], ...parameters }
      const isForm = bodyFormat === 'form'
      assert.equal(request?.body, isForm ? new URLSearchParams(all).toString() : JSON.stringify(all))
      assert.include(request?.headers, {
        'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
        accept: 'application/json',
        'x-version': '2',
      })
      assert.notProperty(request?.headers, 'authorization')
    },
  ])

  const useless = Object.entries({
    'without a token_type': reply({ access_token: 'access' }),
    'of the type N_A': granted('access', { token_type: 'N_A' }),
    'of the type DPoP': granted('access', { token_type: 'DPoP' }),
    'without a token': reply({ token_type: 'Bearer' }),
    'with a token that is no string': granted('access', { access_token: ['access'] }),
    'with a token that no header carries': granted('access\r\nx: y'),
    'with an empty token': granted(''),
    'whose time is over': granted('access', { expires_in: 0 }),
    'whose time is negative': granted('access', { expires_in: -1 }),
    'whose time is infinite': reply('{"access_token":"access","token_type":"Bearer","expires_in":1e999}'),
    'whose time is a sentence': granted('access', { expires_in: '3600 s' }),
    'with an ID token': granted('access', { issued_token_type: 'urn:ietf:params:oauth:token-type:id_token' }),
    'with a scope that is a list': granted('access', { scope: ['a'] }),
  }).map(([what, scriptedReply]) => [
    `a reply ${what} is of no use, and not asked for again`,
    async () => {
      const { error, requests } = await refusedWith([scriptedReply], { maxAttempts: 3 })
      assert.include(error, { name: 'ResponseError', code: 'unexpected_reply', statusCode: 200, attempts: 1 })
      assert.isFalse(writings(error).join().includes('access\r'))
      assert.lengthOf(requests, 1)
    },
  ])

  const noJson = Object.entries({
    'a page': { headers: { 'content-type': 'text/html' }, body: ['<h1>Welcome</h1>'] },
    'JSON that says it is a page': {
      headers: { 'content-type': 'text/html' },
      body: granted('access').body ?? [],
    },
    'a list': reply([{ access_token: 'access', token_type: 'Bearer' }]),
    null: reply('null'),
    nothing: { headers: JSON_TYPE },
    'half of the JSON': reply('{"access_token":"acc'),
    'JSON twice': reply('{}{}'),
  } satisfies Record<string, ScriptedReply>).map(([what, scriptedReply]) => [
    `what answers with ${what} is no party`,
    async () => {
      const { error } = await refusedWith([scriptedReply])
      assert.include(error, { name: 'ResponseError', code: 'unexpected_content', retryable: false })
    },
  ])

  return about('exchange', {
    ...Object.fromEntries(takes),
    'a hundred who ask at once cause one exchange, and one token of AWS': async () => {
      const { access, asked, sent } = atParty()
      const tokens = await Promise.all(Array.from({ length: 100 }, () => access.getToken()))
      assert.equal(new Set(tokens).size, 1)
      assert.deepEqual([asked.tokens, sent.requests], [1, 1])
    },
    'an access token that is kept costs nothing': async () => {
      const { access, asked, sent } = atParty()
      const token = await access.getToken()
      assert.equal(await access.getToken(), token)
      assert.equal((await access.get()).accessToken, token)
      assert.deepEqual([asked.tokens, sent.requests], [1, 1])
    },
    'one that was refused is replaced, once, by the same token of AWS': async () => {
      const { access, asked, sent } = atParty()
      const token = await access.getToken()
      await Promise.all([access.invalidate(token), access.invalidate(token)])
      const next = await access.getToken()
      assert.notEqual(next, token)
      await access.invalidate(token)
      assert.equal(await access.getToken(), next)
      assert.deepEqual([asked.tokens, sent.requests], [1, 2])
    },
    'a party that takes each token once is shown another each time': async () => {
      const { access, asked, sent } = atParty({ tokenUse: 'once' })
      const token = await access.getToken()
      await access.invalidate(token)
      assert.notEqual(await access.getToken(), token)
      assert.deepEqual([asked.tokens, sent.requests], [2, 2])
    },
    'one that ends soon is renewed while it is used, and nobody is refused': async () => {
      const replies = [1, 2].map((number) => granted(`access-${number}`, { expires_in: 4 }))
      const { access, requests } = await scripted(replies)
      const began = performance.now()
      while (performance.now() - began < 10_000 && (await access.getToken()) === 'access-1') await later(100)
      assert.equal(await access.getToken(), 'access-2')
      assert.lengthOf(await requests(), 2)
    },
    'a caller who goes away takes nobody along': async () => {
      const { access, requests } = await scripted([{ ...granted('access'), delay: 300 }])
      const controller = new AbortController()
      const reason = new Error('gone')
      const gone = rejectionOf(access.getToken({ signal: controller.signal }))
      const waiting = access.getToken()
      controller.abort(reason)
      assert.strictEqual(await gone, reason)
      assert.equal(await waiting, 'access')
      assert.lengthOf(await requests(), 1)
    },
    'an exchange that was disposed of ends its request, and says so': async () => {
      const { access, requests } = await scripted([{ hangs: 'before the headers' }])
      const waiting = rejectionOf(access.getToken())
      await isReceived({ requests })
      await access[Symbol.asyncDispose]()
      assert.equal((await waiting).code, 'disposed')
      assert.equal((await rejectionOf(access.getToken())).code, 'disposed')
      await isAbandoned({ requests })
    },
    'withWebIdentity shows the access token, and replaces one that is refused': async () => {
      const { access, sent } = atParty()
      const api = core.withWebIdentity(fetch, access, { hosts: [new URL(place.lab).host] })
      const init = { method: 'POST', body: 'hello' }
      const first = await api(`${place.lab}/lab/api/${crypto.randomUUID()}`, init)
      assert.deepEqual(await first.json(), { seen: 'hello' })
      assert.equal(sent.requests, 2)
      assert.deepEqual(await (await api(`${place.lab}/lab/api/authorization`)).json(), {
        authorization: `Bearer ${await access.getToken()}`,
      })
    },
    'another isolate takes the access token from the store, where it is sealed': async () => {
      const entries = new Map<string, string>()
      const { endpoint, requests } = await lab.script(granted('granted-to-the-developer', { scope: 'a' }))
      const isolate = () => {
        const work: Promise<unknown>[] = []
        const access = exchangeAt(endpoint, {
          store: {
            get: async (key) => entries.get(key) ?? null,
            set: async (key, value) => void entries.set(key, value),
            delete: async (key) => void entries.delete(key),
          },
          sealingKeys: new Uint8Array(32).fill(7),
          principal: 'developer',
          waitUntil: (promise) => void work.push(promise),
        })
        return { access, settled: () => Promise.all(work) }
      }
      const first = isolate()
      await first.access.getToken()
      await first.settled()
      const [[key, text] = ['', '']] = entries
      assert.lengthOf(text.split('.'), 5)
      for (const told of [key, text, atob(text.split('.')[0] ?? '')]) {
        assert.notInclude(told, 'granted-to')
        assert.notInclude(told, TOKEN.slice(-20))
      }
      const { accessToken, scope } = await isolate().access.get()
      assert.deepEqual([accessToken, scope], ['granted-to-the-developer', 'a'])
      assert.lengthOf(await requests(), 1)
    },

    ...Object.fromEntries(sends),
    'OpenAI is sent its JSON': async () => {
      const { parameters, token } = await sentBy((tokenEndpoint) =>
        presets.openai({ identityProviderId: 'idp_1', serviceAccountId: 'sa_1', tokenEndpoint }),
      )
      assert.deepEqual(parameters, {
        ...bySubject(token),
        identity_provider_id: 'idp_1',
        service_account_id: 'sa_1',
      })
    },
    'Anthropic is sent its JSON, and the header of its beta': async () => {
      const organizationId = '11111111-2222-4333-8444-555555555555'
      const { headers, parameters, token } = await sentBy((tokenEndpoint) =>
        presets.anthropic({ federationRuleId: 'fdrl_1', organizationId, tokenEndpoint }),
      )
      assert.deepEqual(parameters, {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: token,
        federation_rule_id: 'fdrl_1',
        organization_id: organizationId,
      })
      assert.include(headers['anthropic-beta'], 'oidc-federation')
    },
    'Microsoft Entra is sent its form': async () => {
      const clientId = '66666666-7777-4888-9999-000000000000'
      const scope = 'https://graph.microsoft.com/.default'
      const { parameters, token } = await sentBy((tokenEndpoint) =>
        presets.entra({ tenant: 'contoso.onmicrosoft.com', clientId, scope, tokenEndpoint }),
      )
      assert.deepEqual(parameters, {
        ...wire['client-credentials'],
        client_assertion: token,
        client_id: clientId,
        scope,
      })
    },
    'Google Cloud is asked twice where a service account is impersonated': async () => {
      const expireTime = new Date(Date.now() + 3_600_000).toISOString()
      const provider = 'projects/1/locations/global/workloadIdentityPools/aws-pool/providers/outbound'
      const { endpoint, requests } = await lab.script(granted('federated'))
      const second = await lab.script(reply({ accessToken: 'of-the-account', expireTime }))
      const preset = presets.googleCloud({
        provider,
        serviceAccountEmail: 'worker@my-project.iam.gserviceaccount.com',
        scopes: ['https://www.googleapis.com/auth/devstorage.read_only'],
        tokenEndpoint: endpoint,
        iamCredentialsEndpoint: second.endpoint,
      })
      const token = unsigned({ aud: preset.tokenRequest.audience }, 'RS256')
      const access = createTokenExchange(preset, sourceOf(token), { maxAttempts: 1 })
      assert.equal(await access.getToken(), 'of-the-account')
      const [first] = await requests()
      assert.deepEqual(Object.fromEntries(new URLSearchParams(first?.body)), {
        ...bySubject(token),
        audience: `//iam.googleapis.com/${provider}`,
        scope: 'https://www.googleapis.com/auth/cloud-platform',
        requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      })
      const [impersonation] = await second.requests()
      assert.equal(impersonation?.headers['authorization'], 'Bearer federated')
      assert.deepEqual(JSON.parse(impersonation?.body ?? ''), {
        scope: ['https://www.googleapis.com/auth/devstorage.read_only'],
        lifetime: '3600s',
      })
    },
    'Databricks is sent its form': async () => {
      const { parameters, token } = await sentBy((tokenEndpoint) =>
        presets.databricks({ host: 'dbc-1.cloud.databricks.com', audience: 'databricks', tokenEndpoint }),
      )
      assert.deepEqual(parameters, { ...bySubject(token), scope: 'all-apis' })
    },
    'Tailscale is sent its form, and its words are told': async () => {
      const make = (tokenEndpoint: string) => presets.tailscale({ clientId: 'k1CNTRL', tokenEndpoint })
      const { parameters, token } = await sentBy(make)
      assert.deepEqual(parameters, { client_id: 'k1CNTRL', jwt: token })
      const error = await rejectionOf(sentBy(make, [reply({ message: 'no such client' }, 401)]))
      assert.include(error, { code: 'exchange_refused', party: 'Tailscale', description: 'no such client' })
    },
    'OpenRouter is sent its form': async () => {
      const { parameters, token } = await sentBy((tokenEndpoint) =>
        presets.openRouter({ federationPolicyId: 'fp_1', audience: 'https://openrouter.ai', tokenEndpoint }),
      )
      assert.deepEqual(parameters, { ...bySubject(token), federation_policy_id: 'fp_1' })
    },
    'Chainguard is shown the token as bearer': async () => {
      const exp = Math.floor(Date.now() / 1000) + 3600
      const access = unsigned({ iat: exp - 3600, exp }, 'RS256', 'c2ln')
      const identity = '720909c9f5279097d847ad02a2f24ba8f59de36a/b6461e99e132298f'
      const { headers, parameters, token, accessToken } = await sentBy(
        (tokenEndpoint) => presets.chainguard({ identity, tokenEndpoint }),
        [reply({ token: access })],
      )
      assert.equal(accessToken, access)
      assert.equal(headers['authorization'], `Bearer ${token}`)
      assert.deepEqual(parameters, { aud: ['https://console-api.enforce.dev'], identity })
    },

    'bearer is written in any case, and digits may be a string': async () => {
      const { access } = await scripted([granted('access', { token_type: 'bEaReR', expires_in: '600' })])
      const left = (await access.get()).expiration.getTime() - Date.now()
      assert.isAbove(left, 540_000)
      assert.isAtMost(left, 600_000)
    },
    'a token of which no time is told ends after five minutes, and a JWT when it says so': async () => {
      const opaque = await scripted([reply({ access_token: 'access', token_type: 'Bearer' })])
      const left = (await opaque.access.get()).expiration.getTime() - Date.now()
      assert.isAbove(left, 240_000)
      assert.isAtMost(left, 300_000)
      const now = Math.floor(Date.now() / 1000)
      const token = unsigned({ iat: now, exp: now + 1800 })
      const jwt = await scripted([reply({ access_token: token, token_type: 'Bearer' })])
      const rest = (await jwt.access.get()).expiration.getTime() - Date.now()
      assert.isAbove(rest, 1_740_000)
      assert.isAtMost(rest, 1_800_000)
    },
    ...Object.fromEntries(useless),
    ...Object.fromEntries(noJson),
    'a body beyond 64 KiB is not read on': async () => {
      const { error } = await refusedWith([granted('access', { more: 'x'.repeat(70_000) })])
      assert.include(error, { code: 'too_large', retryable: false })
    },
    'a body that is not UTF-8 is none': async () => {
      const { error } = await refusedWith([{ headers: JSON_TYPE, bytes: '//4=' }])
      assert.include(error, { code: 'unexpected_content', retryable: false })
    },
    'a redirect is not followed: the token stays here': async () => {
      const target = await lab.script(granted('elsewhere'))
      const { error } = await refusedWith([{ status: 307, headers: { location: target.endpoint } }])
      assert.include(error, { name: 'ResponseError', code: 'redirect', retryable: false })
      assert.lengthOf(await target.requests(), 0)
    },
    'nobody at the address is told as such': async () => {
      const error = await rejectionOf(exchangeAt('http://127.0.0.1:1/', { maxAttempts: 1 }).getToken())
      assert.include(error, { code: 'network_failure', statusCode: undefined, retryable: true })
    },

    'a refusal has the party’s code and words, and what to do': async () => {
      const { error, requests } = await refusedWith(
        [refusal('invalid_grant', 400, { error_description: 'The subject is unknown' })],
        { maxAttempts: 3 },
      )
      assert.instanceOf(error, library.exchange.ExchangeError)
      assert.isTrue(library.exchange.isExchangeError(error))
      assert.deepInclude(told(error), {
        name: 'ExchangeError',
        code: 'invalid_grant',
        description: 'The subject is unknown',
        party: 'The party',
        statusCode: 400,
        retryable: false,
        attempts: 1,
      })
      assert.match(
        error.message,
        /invalid_grant: The subject is unknown\. Compare issuer, subject and audience/,
      )
      assert.lengthOf(requests, 1)
    },
    'so has one that is an object, and one with the status 200': async () => {
      const { error } = await refusedWith([
        reply({ type: 'error', error: { type: 'authentication_error', message: 'No.' } }, 401),
      ])
      assert.deepInclude(told(error), { code: 'authentication_error', description: 'No.', statusCode: 401 })
      const { error: other } = await refusedWith([granted('access', { error: 'invalid_target' })])
      assert.deepInclude(told(other), { code: 'invalid_target', statusCode: 200 })
    },
    'a refusal that tells nothing is exchange_refused': async () => {
      const { error } = await refusedWith([reply({}, 403)])
      assert.deepInclude(told(error), { code: 'exchange_refused', statusCode: 403, description: undefined })
    },
    'Entra’s numbers have their remedies': async () => {
      const error = await rejectionOf(
        sentBy(
          (tokenEndpoint) =>
            presets.entra({
              tenant: 'contoso.onmicrosoft.com',
              clientId: '66666666-7777-4888-9999-000000000000',
              scope: 'https://graph.microsoft.com/.default',
              tokenEndpoint,
            }),
          [refusal('invalid_client', 401, { error_description: 'AADSTS700211: No matching issuer.' })],
        ),
      )
      assert.match(error.message, /AADSTS700211: No matching issuer\. Compare the federated credential/)
    },
    'a proxy’s page is quoted, and tried again': async () => {
      const page: ScriptedReply = {
        status: 502,
        headers: { 'content-type': 'text/html' },
        body: ['<h1>Bad Gateway</h1>'],
      }
      const { error } = await refusedWith([page])
      assert.include(error, { code: 'unexpected_content', statusCode: 502, retryable: true })
      assert.include(error.message, 'Bad Gateway')
      const { access, requests } = await scripted([page, granted('access')])
      assert.equal(await access.getToken(), 'access')
      assert.lengthOf(await requests(), 2)
    },

    'two failures are forgotten when the third attempt is answered': async () => {
      const { access, requests } = await scripted([
        refusal('temporarily_unavailable', 503),
        refusal('server_error', 400),
        granted('access'),
      ])
      assert.equal(await access.getToken(), 'access')
      assert.lengthOf(await requests(), 3)
    },
    'three failures are told, with their number': async () => {
      const { error, requests } = await refusedWith([refusal('temporarily_unavailable')], { maxAttempts: 3 })
      assert.include(error, { code: 'temporarily_unavailable', attempts: 3, retryable: true })
      assert.lengthOf(requests, 3)
    },
    'Retry-After is heeded': async () => {
      const busy = { ...refusal('slow_down', 429), headers: { ...JSON_TYPE, 'retry-after': '2' } }
      const { access, requests } = await scripted([busy, granted('access')], { maxAttempts: 2 })
      const began = performance.now()
      assert.equal(await access.getToken(), 'access')
      assert.isAtLeast(performance.now() - began, 1900)
      assert.lengthOf(await requests(), 2)
      const { error } = await refusedWith([busy])
      assert.deepInclude(told(error), { statusCode: 429, retryAfter: 2000, retryable: true })
    },
    'a connection that breaks is tried again': async () => {
      const { access } = await scripted([{ breaks: 'before the headers' }, granted('access')])
      assert.equal(await access.getToken(), 'access')
    },
    'a body that breaks off is tried again': async () => {
      const text = granted('access').body?.join('') ?? ''
      const broken: ScriptedReply = {
        headers: { ...JSON_TYPE, 'content-length': String(text.length) },
        body: [text.slice(0, 20)],
        breaks: 'within the body',
      }
      const { access } = await scripted([broken, granted('access')])
      assert.equal(await access.getToken(), 'access')
    },
    'an attempt that takes too long is followed by another, and the last one is told': async () => {
      const hanging: ScriptedReply = { hangs: 'before the headers' }
      const { access } = await scripted([hanging, granted('access')], { attemptTimeout: 2500 })
      assert.equal(await access.getToken(), 'access')
      const { error } = await refusedWith([hanging], { attemptTimeout: 700 })
      assert.include(error, { code: 'timeout', waitingFor: 'the response of The party' })
      const within = { headers: JSON_TYPE, body: ['{'], hangs: 'within the body' } as const
      const { error: other } = await refusedWith([within], { attemptTimeout: 2000 })
      assert.include(other, { code: 'timeout', waitingFor: 'the response body of The party' })
    },
    'an outage ends by the time-out of all': async () => {
      const { error } = await refusedWith([{ hangs: 'before the headers' }], { maxAttempts: 9, timeout: 700 })
      assert.include(error, { code: 'timeout', waitingFor: 'a fresh token' })
    },
    'a failure is everybody’s, and passes': async () => {
      const { access, requests } = await scripted([refusal('invalid_grant'), granted('access')])
      const errors = await Promise.all([1, 2, 3].map(() => rejectionOf(access.getToken())))
      for (const error of errors) assert.equal(error.code, 'invalid_grant')
      assert.lengthOf(await requests(), 1)
      let token: string | undefined
      for (let tries = 0; tries < 100 && token === undefined; tries++) {
        await later(100)
        token = await access.getToken().catch(() => undefined)
      }
      assert.equal(token, 'access')
    },

    'a token of another algorithm, or for another audience, is not sent': async () => {
      const audiences = ['https://b.example', [], [PARTY, 'https://b.example']]
      const others = [unsigned({}, 'RS256'), ...audiences.map((aud) => unsigned({ aud }))]
      for (const token of [...others, 'opaque', 'a.b.c', '']) {
        const { error, requests } = await refusedWith([granted('access')], { source: sourceOf(token) })
        assert.include(error, { name: 'InputError', path: 'source' })
        assert.lengthOf(requests, 0)
      }
    },
    'a preset says which of its options is wrong': () => {
      const scope = 'https://graph.microsoft.com/.default'
      const clientId = '66666666-7777-4888-9999-000000000000'
      const entra = { tenant: 'contoso.onmicrosoft.com', clientId, scope }
      const paths: readonly (readonly [string, () => unknown])[] = [
        ['signingAlgorithm', () => presets.entra({ ...entra, signingAlgorithm: 'ES384' })],
        ['scope', () => presets.entra({ ...entra, scope: 'User.Read' })],
        ['clientId', () => presets.entra({ ...entra, clientId: 'worker' })],
        ['tokenEndpoint', () => presets.entra({ ...entra, tokenEndpoint: 'http://login.example/' })],
        ['exchange.tokenEndpoint', () => presetAt('http://auth.example.com/')],
        ['exchange.tokenEndpoint', () => presetAt('https://user@auth.example.com/')],
        [
          'exchange.parameters.assertion',
          () => presetAt('https://a.example', { parameters: { assertion: 'a' } }),
        ],
        ['exchange.headers', () => presetAt('https://a.example', { headers: { 'x y': 'a' } })],
      ]
      for (const [path, make] of paths) assert.include(thrownBy(make), { name: 'InputError', path })
    },
    'an exchange says which of its options is wrong': () => {
      const preset = presetAt('https://a.example')
      const make = (options: object, given: unknown = preset, source: unknown = sourceOf()) =>
        // What a caller without types writes.
        createTokenExchange(given as never, source as never, options as never)
      const tokenItself = presets.custom({ audience: PARTY, signingAlgorithm: 'ES384' })
      const store = new Map()
      const sealingKeys = new Uint8Array(32)
      const paths: readonly (readonly [string, () => AccessTokenSource])[] = [
        ['preset', () => make({}, tokenItself)],
        ['source', () => make({}, preset, async () => TOKEN)],
        ['retries', () => make({ retries: 3 })],
        ['maxAttempts', () => make({ maxAttempts: 0 })],
        ['sealingKeys', () => make({ store })],
        ['principal', () => make({ store, sealingKeys })],
      ]
      for (const [path, construct] of paths) assert.include(thrownBy(construct), { name: 'InputError', path })
    },

    'no token is in any error, event or source, however it is written down': async () => {
      const access = 'the-access-token-of-the-party-0123456789'
      const parts = [...TOKEN.split('.').slice(1), encodeURIComponent(TOKEN), access, access.slice(4, 30)]
      const echo = `${TOKEN} ${encodeURIComponent(TOKEN)} Bearer ${TOKEN.split('.')[2]}`
      const page = (status: number): ScriptedReply => ({
        status,
        headers: { 'content-type': 'text/html' },
        body: [`<p>${echo}`],
      })
      const replies: readonly ScriptedReply[] = [
        refusal('invalid_grant', 400, { error_description: echo }),
        refusal(TOKEN),
        reply({ error: { type: TOKEN, message: echo } }, 401),
        { ...refusal('invalid_grant'), headers: { ...JSON_TYPE, 'x-request-id': TOKEN } },
        { ...granted(access), headers: { 'content-type': `text/${TOKEN.split('.')[2]}` } },
        page(502),
        page(200),
        granted(access, { token_type: 'N_A', more: echo }),
        granted(access, { expires_in: access }),
        granted(access, { issued_token_type: access }),
        granted(`${access} `),
        { ...granted(access), body: [granted(access).body?.join('').slice(0, -1) ?? ''] },
      ]
      const events: TokenSourceEvent[] = []
      const onEvent = (event: TokenSourceEvent) => void events.push(event)
      const shown: unknown[] = [events]
      for (const each of replies) {
        const { error } = await refusedWith([each], { onEvent })
        shown.push(error)
      }
      // As axios and undici do it: the request hangs on the error, and on its cause.
      const inner = Object.assign(new Error(echo), { config: { data: echo } })
      const thrown = Object.assign(new TypeError(`failed: ${echo}`, { cause: inner }), { request: echo })
      const failing = { fetch: () => Promise.reject(thrown), onEvent }
      shown.push((await refusedWith([], failing)).error)
      const { access: source } = await scripted([granted(access)], { onEvent })
      await source.getToken()
      await source.invalidate()
      shown.push(source)
      assert.deepInclude(events.at(-1), { type: 'invalidated' })
      for (const value of shown) {
        const texts = [...writings(value), place.inspect?.(value) ?? '']
        for (const part of parts) assert.isFalse(texts.join().includes(part), `${texts[0]} shows a token`)
      }
      assert.isTrue(
        writings(new Error('x', { cause: access }))
          .join()
          .includes(access),
      )
    },
  })
}

/** The members of an error, those of its prototype as well. */
function told(error: Rejection): Readonly<Record<string, unknown>> {
  return { ...error, name: error.name }
}

function thrownBy(make: () => unknown): Rejection {
  try {
    make()
  } catch (error) {
    // Each of its members is looked at.
    return error as Rejection
  }
  throw new Error('It was expected to throw.')
}
