// A `fetch` that answers what it is told and remembers what it was asked: the wire, without a wire.

export interface SentRequest {
  readonly url: string
  readonly headers: Headers
  readonly body: string
  readonly redirect: string | undefined
}

export interface ScriptedFetch {
  (input: RequestInfo | URL, init?: RequestInit): Promise<Response>
  readonly requests: SentRequest[]
}

export type Answer = Response | Error | ((signal: AbortSignal) => Response | Promise<Response>)

/** Answers each request with the next of these, and the last one ever after. */
export function scriptedFetch(...answers: Answer[]): ScriptedFetch {
  const requests: SentRequest[] = []
  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}) => {
    requests.push({
      url: String(input),
      headers: new Headers(init.headers),
      body: String(init.body),
      redirect: init.redirect,
    })
    const answer = answers[Math.min(requests.length, answers.length) - 1]
    if (answer instanceof Error) throw answer
    if (typeof answer === 'function') return answer(init.signal ?? new AbortController().signal)
    if (answer === undefined) throw new Error('nothing to answer')
    return answer.clone()
  }
  return Object.assign(fetch, { requests })
}

export function xmlReply(body: BodyInit | null, init: ResponseInit = {}): Response {
  return new Response(body, { ...init, headers: { 'content-type': 'text/xml', ...init.headers } })
}

/** A body that gives these chunks and then ends, fails or hangs. It tells whether it was cancelled. */
export function streamOf(
  chunks: readonly (string | Uint8Array)[],
  end: 'close' | 'error' | 'hang' = 'close',
  atEnd: () => void = () => {},
): { readonly stream: ReadableStream<Uint8Array>; readonly cancelled: () => boolean } {
  let wasCancelled = false
  const encoder = new TextEncoder()
  let next = 0
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks[next]
      next += 1
      if (chunk !== undefined) {
        controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk)
        return undefined
      }
      atEnd()
      if (end === 'close') controller.close()
      if (end === 'error') controller.error(new TypeError('terminated'))
      return end === 'hang' ? new Promise(() => {}) : undefined
    },
    cancel() {
      wasCancelled = true
    },
  })
  return { stream, cancelled: () => wasCancelled }
}
