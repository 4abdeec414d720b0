// Reads from the instance metadata service, version 2: each request carries a session token, which is kept until
// it runs out.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html

import { CredentialsError } from '../errors.ts'
import type { Fetch } from '../http/fetch.ts'
import { statusOf } from './failure.ts'
import { type MetadataReply, type MetadataRequest, requestMetadata } from './metadata-request.ts'

/** How to reach the service. */
export interface InstanceConnection {
  readonly address: URL
  readonly fetch: Fetch | undefined
  /** The bound on each request, in milliseconds. */
  readonly timeout: number
  readonly signal: AbortSignal
}

interface SessionToken {
  readonly value: string
  readonly origin: string
  /** Milliseconds since 1970. */
  readonly since: number
  readonly ttl: number
}

const TTL_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds'
const TTL_SECONDS = 21_600

/** A session with the service: it lives as long as its provider. */
export class InstanceSession {
  #token: SessionToken | undefined

  /** What the service knows and no error may show. */
  get secrets(): readonly string[] {
    return this.#token === undefined ? [] : [this.#token.value]
  }

  /** The text at a path. A 401 says that the token is good no more: it is renewed, once. */
  async get(path: string, connection: InstanceConnection): Promise<string> {
    const token = this.#current(connection) ?? (await this.#renew(connection))
    try {
      return await getText(path, token, connection)
    } catch (error) {
      if (statusOf(error) !== 401) throw error
      return getText(path, await this.#renew(connection), connection)
    }
  }

  // By a clock that was set back, a token may live for ever: then a 401 ends it.
  #current({ address }: InstanceConnection): SessionToken | undefined {
    const token = this.#token
    return token?.origin === address.origin && Date.now() - token.since < token.ttl ? token : undefined
  }

  async #renew(connection: InstanceConnection): Promise<SessionToken> {
    const since = Date.now()
    const { text, headers } = await send(
      { method: 'PUT', path: '/latest/api/token', headers: { [TTL_HEADER]: String(TTL_SECONDS) } },
      connection,
    )
    if (!/^[\x21-\x7e]+$/.test(text)) throw new CredentialsError('The service gave no session token')
    const ttl = 1000 * (readSeconds(headers.get(TTL_HEADER)) ?? TTL_SECONDS)
    this.#token = { value: text, origin: connection.address.origin, since, ttl }
    return this.#token
  }
}

function readSeconds(header: string | null): number | undefined {
  return header !== null && /^\d{1,5}$/.test(header) ? Number(header) : undefined
}

async function getText(path: string, token: SessionToken, connection: InstanceConnection): Promise<string> {
  const headers = { 'x-aws-ec2-metadata-token': token.value }
  return (await send({ method: 'GET', path, headers, secrets: [token.value] }, connection)).text
}

type InstanceRequest = Pick<MetadataRequest, 'method' | 'headers'> & {
  readonly path: string
  readonly secrets?: readonly string[]
}

function send(
  { path, secrets = [], ...request }: InstanceRequest,
  { address, ...bounds }: InstanceConnection,
): Promise<MetadataReply> {
  const url = new URL(address)
  url.pathname = url.pathname.replace(/\/$/, '') + path
  return requestMetadata({ ...request, ...bounds, url, secrets })
}
