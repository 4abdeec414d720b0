// GetCallerIdentity, signed by aws4fetch and then changed on the way: what the tests of signatures send.

import { AwsV4Signer } from 'aws4fetch'
import { createEmulator, type Emulator } from '../../../src/emulator/index.ts'
import { type Answer, basic, type CallOptions, call, flatten, now, send, sign } from '../sts-call.ts'

export const clock = { now: () => now }
export const whoami = flatten({ Action: 'GetCallerIdentity', Version: '2011-06-15' })

/** AWS's words for a signature that is wrong and nothing else. */
export const mismatch = [
  403,
  'SignatureDoesNotMatch',
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
]
export const unknownKey = [
  403,
  'InvalidClientTokenId',
  'The security token included in the request is invalid.',
]

/** The same of a session token: AWS was seen to leave the full stop out. */
export const unknownToken = [
  403,
  'InvalidClientTokenId',
  'The security token included in the request is invalid',
]

export function whoAmI(
  options: CallOptions = {},
  emulator: Emulator = createEmulator(clock),
): Promise<Answer> {
  return call(emulator, { Action: 'GetCallerIdentity' }, options)
}

/** With its headers changed after it was signed. */
export async function changed(
  change: (headers: Headers) => void,
  options: CallOptions = {},
  emulator: Emulator = createEmulator(clock),
): Promise<Answer> {
  const { url, headers } = await sign(emulator, whoami, options)
  change(headers)
  return send(emulator, new Request(url, { method: 'POST', headers, body: whoami }))
}

/** With its header `Authorization` rewritten after it was signed. */
export function rewritten(
  rewrite: (authorization: string) => string,
  options: CallOptions = {},
  emulator?: Emulator,
): Promise<Answer> {
  return changed(
    (headers) => headers.set('authorization', rewrite(headers.get('authorization') ?? '')),
    options,
    emulator,
  )
}

/** As a presigned GET; the URL may be changed after it was signed. */
export async function presigned(
  change: (url: URL) => void = () => {},
  {
    parameters = '',
    signedAt = now,
    headers = {},
    emulator = createEmulator(clock),
    credentials = emulator.credentials,
  }: PresignOptions = {},
): Promise<Answer> {
  const signer = new AwsV4Signer({
    ...credentials,
    url: `${emulator.endpoint}/?${whoami}${parameters}`,
    service: 'sts',
    region: 'us-east-1',
    datetime: basic(signedAt),
    signQuery: true,
  })
  const { url } = await signer.sign()
  change(url)
  return send(emulator, new Request(url, { headers }))
}

export interface PresignOptions {
  /** More of the query, such as `&X-Amz-Expires=60`. */
  parameters?: string
  /** Milliseconds. */
  signedAt?: number
  /** Headers that are not signed. */
  headers?: Record<string, string>
  emulator?: Emulator
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
}

/** Status, code and message. */
export function verdict(answer: Answer): unknown[] {
  return [answer.status, answer.text('Code'), answer.text('Message')]
}
