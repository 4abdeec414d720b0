// Reads a response's body as text, bounded while it streams, so that no server can fill the memory.

/** 64 KiB: three times the longest token that AWS can mint. Above it xmldom's time grows quadratically too. */
export const MAX_BODY_BYTES = 64 * 1024

/** The body is longer than {@link MAX_BODY_BYTES}. */
export class BodyTooLarge extends Error {}

/** The body is not UTF-8. */
export class BodyNotText extends Error {}

/**
 * @throws {BodyTooLarge} {@link BodyNotText}, the signal's reason, or what the platform says of a body that
 * breaks off. In each case the body is cancelled, so that its connection is free.
 */
export async function readText(response: Response, signal: AbortSignal): Promise<string> {
  if (response.body === null) return ''
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader()
  const cancel = () => {
    reader.cancel().catch(() => {}) // the body is given up: how it ends is nobody's concern
  }
  // A stream of an injected `fetch` may not listen to the signal; `cancel` ends a pending read.
  signal.addEventListener('abort', cancel)
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true })
    let text = ''
    for (let length = 0; ; ) {
      signal.throwIfAborted()
      const { done, value } = await reader.read()
      signal.throwIfAborted()
      if (done) return text + decode(decoder)
      length += Math.max(value.byteLength, 1) // a stream of nothing ends, too
      if (length > MAX_BODY_BYTES) throw new BodyTooLarge()
      text += decode(decoder, value)
    }
  } catch (error) {
    cancel()
    throw error
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

function decode(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
  } catch {
    throw new BodyNotText()
  }
}
