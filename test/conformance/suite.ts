// The one suite for every runtime: it is given the package and the place where it runs, and gives a report. It imports
// nothing of the package and no test runner, so that the packed package is what is tested, by whatever can run a module.

import type {
  Capability,
  LabClient,
  Library,
  Place,
  ScriptedReply,
  ScriptedRequest,
  Sentence,
  Stage,
} from './sentence.ts'
import { cancel } from './sentences/cancel.ts'
import { clock } from './sentences/clock.ts'
import { credentials } from './sentences/credentials.ts'
import { decode } from './sentences/decode.ts'
import { emulator } from './sentences/emulator.ts'
import { errors } from './sentences/errors.ts'
import { exchange } from './sentences/exchange.ts'
import { guard } from './sentences/guard.ts'
import { insecure } from './sentences/insecure.ts'
import { mint } from './sentences/mint.ts'
import { retries } from './sentences/retries.ts'
import { secrets } from './sentences/secrets.ts'
import { source } from './sentences/source.ts'
import { store } from './sentences/store.ts'
import { streams } from './sentences/streams.ts'
import { tidy } from './sentences/tidy.ts'
import { verify } from './sentences/verify.ts'
import { xml } from './sentences/xml.ts'

export interface Result {
  readonly capability: Capability
  readonly name: string
  /** Why it failed; absent when it holds. */
  readonly failure?: string
}

export interface Report {
  readonly results: readonly Result[]
  /** What nobody caught while the suite ran, where the runtime tells. */
  readonly unhandled: readonly string[]
  readonly seconds: number
}

/** The longest that a sentence may take, in milliseconds. */
const PATIENCE = 30_000

/** Says every sentence, one after another. */
export async function conduct(library: Library, place: Place): Promise<Report> {
  const began = performance.now()
  const unhandled = watchForUnhandled()
  const results: Result[] = []
  for (const sentence of sentencesOf(stageOf(library, place))) results.push(await say(sentence))
  // A rejection that nobody handles is told a turn later.
  await new Promise((resolve) => setTimeout(resolve, 50))
  return { results, unhandled: unhandled(), seconds: (performance.now() - began) / 1000 }
}

function sentencesOf(stage: Stage): readonly Sentence[] {
  if (!stage.place.isSecure) return insecure(stage)
  const all = [
    mint,
    errors,
    retries,
    clock,
    cancel,
    streams,
    xml,
    credentials,
    source,
    store,
    exchange,
    verify,
    guard,
    decode,
    emulator,
    secrets,
    // What has to be true after all others.
    tidy,
  ]
  return all.flatMap((sentences) => sentences(stage))
}

async function say({ capability, name, run }: Sentence): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    await Promise.race([
      run(),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`not done after ${PATIENCE} ms`)), PATIENCE)
      }),
    ])
    return { capability, name }
  } catch (error) {
    const told = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error)
    return { capability, name, failure: told.slice(0, 2000) }
  } finally {
    clearTimeout(timer)
  }
}

function stageOf(library: Library, place: Place): Stage {
  return {
    library,
    place,
    lab: labClient(place.lab),
    makeClient: (options = {}) =>
      new library.core.StsClient({
        region: 'us-east-1',
        credentials: place.credentials,
        endpoint: place.lab,
        maxAttempts: 1,
        ...options,
      }),
  }
}

function labClient(lab: string): LabClient {
  return {
    async script(...replies: readonly ScriptedReply[]) {
      const response = await fetch(`${lab}/lab/scripts`, { method: 'POST', body: JSON.stringify(replies) })
      const endpoint = `${lab}/lab/scripts/${await response.text()}`
      return {
        endpoint,
        // The lab's own answer.
        requests: async () => (await (await fetch(endpoint)).json()) as readonly ScriptedRequest[],
      }
    },
  }
}

// Node and Bun tell by `process`, the others by an event.
function watchForUnhandled(): () => readonly string[] {
  const seen: string[] = []
  const { process } = globalThis as {
    process?: { on?: (name: string, listener: (reason: unknown) => void) => void }
  }
  if (typeof process?.on === 'function') {
    process.on('unhandledRejection', (reason) => void seen.push(String(reason)))
  } else if (typeof addEventListener === 'function') {
    addEventListener('unhandledrejection', (event) => {
      seen.push(String((event as { reason?: unknown }).reason))
      // Not every runtime's event can be told that it is dealt with.
      event.preventDefault?.()
    })
  }
  return () => seen
}
