// A local AWS STS and OIDC issuer as one `fetch` handler, for tests and development without AWS. It is written
// from AWS's documentation and from what the real service was seen to answer, apart from this package's client.

import { InputError } from '../errors.ts'
import { type EmulatorPrincipal, toPrincipal } from './account/principal.ts'
import { Issuer } from './issuer/issuer.ts'
import { checkOptions, type EmulatorOptions } from './options.ts'
import { answerSts } from './sts/answer.ts'

/** AWS credentials in the shape that AWS's SDK and this package's clients take. */
export interface EmulatorCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** A local STS and OIDC issuer. */
export interface Emulator {
  /** Answers as STS and as the issuer; takes what the platform's `fetch` takes, and needs no `this`. */
  readonly fetch: (input: Request | URL | string, init?: RequestInit) => Promise<Response>
  /** The origin to send STS requests to: `https://sts.us-east-1.amazonaws.com`, or where it is served. */
  readonly endpoint: string
  /**
   * The issuer of its tokens: `https://<uuid>.tokens.sts.global.api.aws`, or `<endpoint>/<uuid>` where it is
   * served. The first reading draws the uuid, which workerd allows inside a request only.
   */
  readonly issuer: string
  /** Credentials of the first principal. */
  readonly credentials: EmulatorCredentials
  /**
   * Tells the emulator the address at which it answers over HTTP, so that its issuer is there too. `serve` of
   * `aws-web-identity/emulator/node` does this; do it yourself with `Deno.serve` or `Bun.serve`.
   *
   * @throws InputError where the address is no `http:` or `https:` URL
   */
  servedAt(url: string | URL): void
}

/**
 * Makes an emulator with one account. It draws no random number and reads no clock before its first request, so
 * it can be made at a Worker's module scope.
 *
 * @throws InputError where an option breaks a rule
 * @example
 * ```ts
 * import { StsClient } from 'aws-web-identity'
 * import { createEmulator } from 'aws-web-identity/emulator'
 *
 * const { fetch, credentials } = createEmulator()
 * const sts = new StsClient({ region: 'us-east-1', credentials, fetch })
 * ```
 */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  checkOptions(options)
  const principals = (options.principals ?? [developer]).map(toPrincipal)
  const issuer = new Issuer()
  const account = {
    principals: new Map(principals.map((principal) => [principal.accessKeyId, principal])),
    issuer,
    federationEnabled: options.federationEnabled ?? true,
    now: options.now ?? Date.now,
    onRequest: options.onRequest ?? (() => {}),
  }
  let endpoint = 'https://sts.us-east-1.amazonaws.com'

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url)
    const document = await issuer.documentAt(url)
    if (document !== undefined) return documentResponse(request, document)
    // The issuer's host has documents and no operations.
    const isSts = url.pathname === '/' && !url.hostname.endsWith('.tokens.sts.global.api.aws')
    return isSts ? answerSts(request, account) : new Response('Not Found', { status: 404 })
  }

  return {
    fetch: async (input, init) => {
      const request = new Request(input, init)
      return unlessAborted(request.signal, () => answer(request))
    },
    get endpoint() {
      return endpoint
    },
    get issuer() {
      return issuer.address
    },
    credentials: credentialsOf(options.principals?.[0] ?? developer),
    servedAt(url) {
      endpoint = originOf(url)
      issuer.servedAt(endpoint)
    },
  }
}

// The access key that AWS's documentation uses; it opens nothing.
const developer: EmulatorPrincipal = {
  arn: 'arn:aws:iam::123456789012:user/developer',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

function documentResponse({ method }: Request, document: object): Response {
  if (method === 'GET') return Response.json(document)
  const headers = { Allow: 'GET' }
  return new Response('Method Not Allowed', { status: 405, headers })
}

/** Rejects with the signal's reason as soon as it is aborted, as the platform's `fetch` does. */
async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  let abort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
  })
  try {
    return await Promise.race([work(), aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function credentialsOf({
  accessKeyId,
  secretAccessKey,
  sessionToken,
}: EmulatorPrincipal): EmulatorCredentials {
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
}

function originOf(url: string | URL): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new InputError('url', 'must be an http: or https: URL')
  }
  return parsed.origin
}
