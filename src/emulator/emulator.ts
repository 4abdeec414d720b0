// A local AWS as one `fetch` handler: STS, IAM's federation operations and the accounts' OIDC issuers, for tests and
// development without AWS. It is written from AWS's documentation and from what the real services were seen to answer,
// apart from this package's client.

import { InputError } from '../errors.ts'
import { checkWebCrypto } from '../web-crypto.ts'
import {
  type DescribedAccount,
  type DescribedPrincipal,
  describeAccounts,
  describePrincipals,
} from './account/description.ts'
import { Directory } from './account/directory.ts'
import { developer, type EmulatorCredentials, firstSigner } from './account/first-signer.ts'
import type { EmulatorState } from './account/state.ts'
import type { EmulatorFault, EmulatorFaults } from './faults/fault.ts'
import { FaultPlan } from './faults/fault-plan.ts'
import { checkOptions, type EmulatorOptions, readClock } from './options.ts'
import { type EmulatorRequest, RequestLog } from './request-log.ts'
import { answerService, type Backend } from './service.ts'

/** A local AWS. */
export interface Emulator {
  /** Answers as STS, IAM and the issuers; takes what the platform's `fetch` takes, and needs no `this`. */
  readonly fetch: (input: Request | URL | string, init?: RequestInit) => Promise<Response>
  /** The origin to send requests to: `https://sts.us-east-1.amazonaws.com`, or where it is served. */
  readonly endpoint: string
  /**
   * The issuer of the first principal's account: `https://<uuid>.tokens.sts.global.api.aws`, or `<endpoint>/<uuid>`
   * where it is served. The first reading may draw the uuid, which workerd allows inside a request only.
   */
  readonly issuer: string
  /** Credentials of the first principal that has keys. */
  readonly credentials: EmulatorCredentials
  /** The last 1,000 requests to STS and IAM, the newest at the end. */
  readonly requests: readonly EmulatorRequest[]
  /** Forgets those requests. */
  clearRequests(): void
  /** The accounts as they are now. */
  readonly accounts: readonly DescribedAccount[]
  /** The users and roles, without their secrets. */
  readonly principals: readonly DescribedPrincipal[]
  /** The issuer of an account. @throws InputError where the emulator has no such account */
  issuerOf(accountId: string): string
  /** Orders other faults in the place of those that are still to come. @throws InputError where one breaks a rule */
  setFaults(faults: EmulatorFaults): void
  /** The faults that can still happen; `null` where a function decides. */
  readonly pendingFaults: readonly EmulatorFault[] | null
  /** Signs with new keys from now on; those before stay published, as AWS does it. Default in every account. */
  rotateKeys(accountId?: string): Promise<void>
  /** What a later emulator can go on with, by the option `state`. It holds private keys. */
  exportState(): Promise<EmulatorState>
  /**
   * Tells the emulator the address at which it answers over HTTP, so that its issuers are there too. `serve` of
   * `aws-web-identity/emulator/node` does this; do it yourself with `Deno.serve` or `Bun.serve`.
   *
   * @throws InputError where the address is no `http:` or `https:` URL
   */
  servedAt(url: string | URL): void
}

/**
 * Makes an emulator, with one account and one user unless told otherwise. It draws no random number and reads no clock
 * before its first request, so it can be made at a Worker's module scope.
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
  const checked = checkOptions(options)
  const { principals = [developer], accounts = [], seed, state, onRequest, onStateChange } = checked
  const { federationEnabled, organization, trustedIssuers } = checked
  const directory = new Directory({
    defaults: { federationEnabled, organization, trustedIssuers },
    accounts,
    principals,
    seed,
    state,
    onChange: () => void notify(() => onStateChange?.()),
  })
  const log = new RequestLog()
  const faults = new FaultPlan(checked.faults ?? [])
  const backend: Backend = {
    directory,
    faults,
    now: () => readClock(checked.now ?? Date.now),
    // The platform's own may be replaced later, by a test.
    fetch: checked.fetch ?? ((input, init) => fetch(input, init)),
    tell: (request) => {
      log.add(request)
      void notify(() => onRequest?.(request))
    },
  }
  const { credentials, accountId } = firstSigner(principals)
  let endpoint = 'https://sts.us-east-1.amazonaws.com'

  return {
    fetch: async (input, init) => {
      checkWebCrypto()
      const request = new Request(input, init)
      return unlessAborted(request.signal, () => answer(request, backend))
    },
    get endpoint() {
      return endpoint
    },
    get issuer() {
      return directory.account(accountId).issuer.address
    },
    credentials,
    get requests() {
      return log.requests
    },
    clearRequests: () => log.clear(),
    get accounts() {
      return describeAccounts(directory)
    },
    get principals() {
      return describePrincipals(directory)
    },
    issuerOf: (id) => accountOf(directory, id).issuer.address,
    setFaults: (next) => faults.set(next),
    get pendingFaults() {
      return faults.pending
    },
    rotateKeys: async (id) => {
      const rotated = id === undefined ? directory.accounts : [accountOf(directory, id)]
      await Promise.all(rotated.map(({ issuer }) => issuer.rotate()))
    },
    exportState: () => directory.export(),
    servedAt(url) {
      endpoint = originOf(url)
      for (const { issuer } of directory.accounts) issuer.servedAt(endpoint)
    },
  }
}

async function answer(request: Request, backend: Backend): Promise<Response> {
  const url = new URL(request.url)
  for (const { issuer } of backend.directory.accounts) {
    const document = await issuer.documentAt(url)
    if (document !== undefined) return documentResponse(request, document)
  }
  return (await answerService(request, backend)) ?? new Response('Not Found', { status: 404 })
}

function documentResponse({ method }: Request, document: object): Response {
  if (method === 'GET') return Response.json(document)
  if (method === 'HEAD') return new Response(null, { headers: { 'Content-Type': 'application/json' } })
  const headers = { Allow: 'GET, HEAD' }
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

// Calls the observer before the answer is given, but waits for nothing that it may do afterwards.
async function notify(observe: () => unknown): Promise<void> {
  try {
    await observe()
  } catch {
    // Who watches must not be able to break what is watched, be it by a promise that rejects.
  }
}

function accountOf(directory: Directory, id: string): ReturnType<Directory['account']> {
  const account = directory.accounts.find((each) => each.id === id)
  if (account === undefined) throw new InputError('accountId', 'must be an account of the emulator')
  return account
}

function originOf(url: string | URL): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new InputError('url', 'must be an http: or https: URL')
  }
  return parsed.origin
}
