// A signer that signs whatever it is told to, for requests that no well-made signer would send. It has the whole of
// Signature Version 4 once more, so that the emulator's is not measured by itself.

import type { Emulator } from '../../../src/emulator/index.ts'

export interface HandSigned {
  method?: 'GET' | 'POST'
  /** As it is sent. */
  query?: string
  /** The canonical query string, where it is not what is sent. */
  canonicalQuery?: string
  /** What is sent, by lower-case names. */
  headers: Record<string, string>
  /** The canonical header lines, in their order. */
  signed: Record<string, string>
  body?: string
  /** The last line of the canonical request, where it is not the hash of the body. */
  payloadHash?: string
  /** `YYYYMMDDTHHMMSSZ`. */
  time: string
}

/** The request with its header `Authorization`. */
export async function handSigned(emulator: Emulator, request: HandSigned): Promise<Request> {
  const { method = 'POST', query = '', canonicalQuery = query, body = '', headers, signed, time } = request
  const names = Object.keys(signed).join(';')
  const lines = Object.entries(signed).map(([name, value]) => `${name}:${value}`)
  const payloadHash = request.payloadHash ?? hex(await sha256(body))
  const canonical = [method, '/', canonicalQuery, ...lines, '', names, payloadHash].join('\n')
  const scope = `${time.slice(0, 8)}/us-east-1/sts/aws4_request`
  const stringToSign = ['AWS4-HMAC-SHA256', time, scope, hex(await sha256(canonical))].join('\n')
  const { accessKeyId, secretAccessKey } = emulator.credentials
  let key: Uint8Array<ArrayBuffer> = bytes(`AWS4${secretAccessKey}`)
  for (const element of scope.split('/')) key = await hmac(key, element)
  const signature = hex(await hmac(key, stringToSign))
  return new Request(`${emulator.endpoint}/${query && `?${query}`}`, {
    method,
    headers: {
      ...headers,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    },
    body: method === 'POST' ? body : null,
  })
}

export async function sha256(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes(text)))
}

export async function hmac(key: BufferSource, text: BufferSource | string): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ])
  const data = typeof text === 'string' ? bytes(text) : text
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, data))
}

export function hex(of: Uint8Array): string {
  return Array.from(of, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}
