// The second step at Google Cloud: the token of a service account, for that of a pool's principal who may impersonate it.
// https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken

import { type ExchangeStep, json, UnusableReply } from '../step.ts'
import { accessToken } from '../token-response.ts'

interface ImpersonationFacts {
  readonly serviceAccountEmail: string
  /** Separated by spaces. */
  readonly scopes: string
  readonly lifetimeSeconds: number
  readonly iamCredentialsEndpoint?: URL | undefined
}

export function impersonationStep({
  serviceAccountEmail,
  scopes,
  lifetimeSeconds,
  iamCredentialsEndpoint = new URL('https://iamcredentials.googleapis.com/'),
}: ImpersonationFacts): ExchangeStep {
  const path = `v1/projects/-/serviceAccounts/${encodeURIComponent(serviceAccountEmail)}:generateAccessToken`
  const endpoint = new URL(iamCredentialsEndpoint)
  endpoint.pathname = `${endpoint.pathname.replace(/\/$/, '')}/${path}`
  return {
    endpoint,
    request: (token) =>
      json(
        { scope: scopes.split(' '), lifetime: `${lifetimeSeconds}s` },
        { authorization: `Bearer ${token}` },
      ),
    read(reply, { serverTime }) {
      const value = accessToken(reply['accessToken'], 'accessToken')
      const expiresAt = Date.parse(String(reply['expireTime']))
      if (Number.isNaN(expiresAt)) throw new UnusableReply('its expireTime is no time')
      // By the server's own clock where it shows it; else as long as it was asked for.
      const asked = lifetimeSeconds * 1000
      const lifetime = serverTime === undefined ? asked : Math.min(asked, expiresAt - serverTime)
      if (lifetime <= 0) throw new UnusableReply('its expireTime is over')
      return { value, lifetime }
    },
  }
}
