// Reads the body of a request, or of an issuer's answer, up to a limit, so that nobody can fill the emulator's memory.

import { Fault } from './fault.ts'

/** Far more than any STS request has, or any issuer's key set. */
export const maximumBodyBytes = 1_048_576

/** The whole body; more than the limit is a `Fault`. */
export async function readBody(
  message: Pick<Body, 'body' | 'arrayBuffer'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { body: stream } = message
  // A `Request` of Firefox has no stream.
  if (stream === undefined) {
    const whole = new Uint8Array(await message.arrayBuffer())
    if (whole.length > maximumBodyBytes) throw tooLarge()
    return whole
  }
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = stream?.getReader()
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    length += part.value.length
    if (length > maximumBodyBytes) {
      await reader?.cancel()
      throw tooLarge()
    }
    chunks.push(part.value)
  }
  const body = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    body.set(chunk, offset)
    offset += chunk.length
  }
  return body
}

function tooLarge(): Fault {
  return new Fault(413, 'RequestEntityTooLarge', `The body has more than ${maximumBodyBytes} bytes`)
}
