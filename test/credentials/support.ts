// A clock that a test moves, an endpoint of a container, an instance's metadata service, an STS: each counts
// what it is asked.

import { vi } from 'vitest'
import type { ProvidedCredentials } from '../../src/credentials/index.ts'
import { type Chance, refreshing } from '../../src/credentials/refreshing.ts'
import type { AssumeRoleInput } from '../../src/sts/assume-role-input.ts'
import type { AssumeRoleWithWebIdentityInput } from '../../src/sts/assume-role-with-web-identity-input.ts'

export const SECRET_KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYSECRETKEY1'
export const SESSION_TOKEN =
  'IQoJb3JpZ2luX2VjEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRq=='

export const START = Date.parse('2026-11-19T12:00:00Z')
export const MINUTE = 60_000

/** What an endpoint answers for credentials that end at that time. */
export function credentialsJson(expiration: number, members: object = {}): object {
  return {
    Code: 'Success',
    AccessKeyId: 'ASIAIOSFODNN7EXAMPLE',
    SecretAccessKey: SECRET_KEY,
    Token: SESSION_TOKEN,
    Expiration: new Date(expiration).toISOString(),
    ...members,
  }
}

export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly redirect: string | undefined
}

/** A `fetch` that asks a function and remembers what it was asked. */
export function metadataFetch(answer: (asked: Asked, index: number) => Response | Promise<Response>) {
  const requests: Asked[] = []
  const fetch = vi.fn(async (input: RequestInfo | URL, init: RequestInit = {}) => {
    const asked = {
      method: init.method ?? 'GET',
      url: String(input),
      headers: new Headers(init.headers),
      redirect: init.redirect,
    }
    requests.push(asked)
    return answer(asked, requests.length - 1)
  })
  return Object.assign(fetch, { requests })
}

/** An instance's metadata service with a role, whose answers a test may replace by path. */
export function instanceFetch(replaced: Record<string, (asked: Asked) => Response> = {}) {
  let tokens = 0
  return metadataFetch((asked) => {
    const { pathname } = new URL(asked.url)
    const answer = replaced[pathname]
    if (answer !== undefined) return answer(asked)
    if (pathname === '/latest/api/token') {
      tokens += 1
      return new Response(`session-token-${tokens}`)
    }
    if (pathname === ROLES) return new Response('web-server')
    if (pathname === `${ROLES}web-server`) return Response.json(credentialsJson(Date.now() + 60 * MINUTE))
    return new Response('<html>no such thing</html>', { status: 404 })
  })
}

export const ROLES = '/latest/meta-data/iam/security-credentials/'

/** A source of which a test says what it gives, with a clock of its own that stands at {@link START}. */
export function scriptedSource(
  load: (count: number, signal: AbortSignal) => ProvidedCredentials | Promise<ProvidedCredentials>,
  { timeout = 10_000, find = () => undefined }: { timeout?: number; find?: () => void } = {},
) {
  const source = { now: START, random: 1, loads: 0 }
  const chance: Chance = { now: () => source.now, random: () => source.random }
  const provider = refreshing(
    {
      name: 'fromTest',
      timeout,
      find,
      async load(_, signal) {
        source.loads += 1
        return load(source.loads, signal)
      },
    },
    chance,
  )
  return Object.assign(source, { provider })
}

export function credentialsUntil(expiration: number | undefined, id = 'ASIAEXAMPLE'): ProvidedCredentials {
  const keys = { accessKeyId: id, secretAccessKey: SECRET_KEY, sessionToken: SESSION_TOKEN }
  return expiration === undefined ? keys : { ...keys, expiration: new Date(expiration) }
}

/** An STS that gives each role that it is asked for, or fails. */
export function scriptedSts(fail?: () => Error) {
  const inputs: (AssumeRoleInput | AssumeRoleWithWebIdentityInput)[] = []
  const assume = async (input: AssumeRoleInput | AssumeRoleWithWebIdentityInput) => {
    inputs.push(input)
    if (fail !== undefined) throw fail()
    return {
      credentials: {
        accessKeyId: `ASIA${inputs.length}`,
        secretAccessKey: SECRET_KEY,
        sessionToken: SESSION_TOKEN,
        expiration: new Date(Date.now() + 60 * MINUTE),
      },
      assumedRoleUser: {
        assumedRoleId: 'AROAEXAMPLE:session',
        arn: `${input.roleArn.replace(':iam:', ':sts:')}/${input.roleSessionName}`,
      },
    }
  }
  return { inputs, assumeRole: assume, assumeRoleWithWebIdentity: assume }
}
