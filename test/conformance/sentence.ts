// What the suite is made of: sentences about the package's behaviour that any runtime can say, without a test runner.

import type { StsClient, StsClientOptions } from '../../src/index.ts'

/** The package as a program imports it: the namespace of each of its exports. */
export interface Library {
  readonly core: typeof import('../../src/index.ts')
  readonly credentials: typeof import('../../src/credentials/index.ts')
  readonly iam: typeof import('../../src/iam/index.ts')
  readonly verify: typeof import('../../src/verify/index.ts')
  readonly emulator: typeof import('../../src/emulator/index.ts')
  readonly exchange: typeof import('../../src/exchange/index.ts')
}

/** Where the suite runs. */
export interface Place {
  /** The origin of the lab: the emulator, and what else answers there. */
  readonly lab: string
  /** The emulator's credentials and its issuer. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly issuer: string
  /** Sees another origin, which sends no CORS headers, only as a page does. */
  readonly otherOrigin: string
  readonly isBrowser: boolean
  /** Whether the page came over https or from localhost; without it there is no WebCrypto, and little to say. */
  readonly isSecure: boolean
  /** Whether the runtime has environment variables, among them the developer's keys. */
  readonly hasVariables: boolean
  /** Whether WebCrypto imports a point that is not on its curve, and only fails to verify with it. */
  readonly takesAnyPoint: boolean
  /** The runtime's own way to show a value, where a program can call it. */
  readonly inspect?: (value: unknown) => string
}

/** The columns of docs/runtimes.md. */
export const capabilities = [
  'mint',
  'errors',
  'retries',
  'clock',
  'cancel',
  'streams',
  'XML',
  'credentials',
  'source',
  'store',
  'exchange',
  'verify',
  'guard',
  'decode',
  'emulator',
  'secrets',
  'tidy',
] as const

export type Capability = (typeof capabilities)[number]

/** One behaviour; it fails by rejecting. */
export interface Sentence {
  readonly capability: Capability
  readonly name: string
  readonly run: () => Promise<void>
}

/** What the sentences of one capability are written with. */
export interface Stage {
  readonly library: Library
  readonly place: Place
  readonly lab: LabClient
  /** A client of the emulator that makes one attempt. */
  readonly makeClient: (options?: Partial<StsClientOptions>) => StsClient
}

/** What the lab can be asked for. */
export interface LabClient {
  /** An endpoint of its own that plays these replies, one for each request, and the last one ever after. */
  script(...replies: readonly ScriptedReply[]): Promise<Script>
}

export interface Script {
  readonly endpoint: string
  /** What was received so far, and whether the client went away before the reply was whole. */
  requests(): Promise<readonly ScriptedRequest[]>
}

export interface ScriptedRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly abandoned: boolean
}

/** A reply on the wire. */
export interface ScriptedReply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent piece by piece, as far apart as `every` says. */
  readonly body?: readonly string[]
  /** The body's bytes in base64, in place of `body`. */
  readonly bytes?: string
  /** In milliseconds. */
  readonly every?: number
  /** Nothing is sent before so many milliseconds. */
  readonly delay?: number
  /** Ends the connection there; without it the reply ends as it should. */
  readonly breaks?: 'before the headers' | 'within the body'
  /** Never ends. */
  readonly hangs?: 'before the headers' | 'within the body'
}

export type Sentences = (stage: Stage) => readonly Sentence[]

/** Sentences of one capability, by their names. */
export function about(
  capability: Capability,
  sentences: Readonly<Record<string, () => unknown>>,
): readonly Sentence[] {
  return Object.entries(sentences).map(([name, say]) => ({
    capability,
    name,
    run: async () => void (await say()),
  }))
}

/** What a promise was rejected with, and the members that errors of the package have. */
export interface Rejection extends Error {
  readonly code?: unknown
  readonly path?: unknown
  readonly statusCode?: unknown
  readonly contentType?: unknown
  readonly requestId?: unknown
  readonly fault?: unknown
  readonly retryable?: unknown
  readonly attempts?: unknown
  readonly waitingFor?: unknown
  readonly party?: unknown
  readonly description?: unknown
  readonly retryAfter?: unknown
}

export async function rejectionOf(promise: Promise<unknown>): Promise<Rejection> {
  try {
    await promise
  } catch (error) {
    // Each of its members is looked at.
    return error as Rejection
  }
  throw new Error('It was expected to be rejected.')
}

export const later = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Waits until a request has reached the lab. */
export const isReceived = (script: Pick<Script, 'requests'>): Promise<void> =>
  sees(script, (requests) => requests.length > 0)

/** Waits until the lab sees that the client went away. */
export const isAbandoned = (script: Pick<Script, 'requests'>): Promise<void> =>
  sees(script, ([first]) => first?.abandoned === true)

async function sees(
  { requests }: Pick<Script, 'requests'>,
  isTrue: (requests: readonly ScriptedRequest[]) => boolean,
): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (isTrue(await requests())) return
    await later(50)
  }
  throw new Error('The lab does not see it.')
}
