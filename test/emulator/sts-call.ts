// Calls an emulator's STS the way somebody else's client does: signed by aws4fetch, the answer read as text.

import { AwsV4Signer } from 'aws4fetch'
import type { Emulator } from '../../src/emulator/index.ts'

/** The clock of the tests: the moment at which aws-observed.json's token was issued, less its 60 seconds. */
export const now = Date.parse('2026-09-11T18:35:48.279Z')

export interface CallOptions {
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  region?: string
  service?: string
  /** Milliseconds. */
  signedAt?: number
  url?: string
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
}

export interface Answer {
  status: number
  headers: Headers
  xml: string
  /** The text of an element, by its name. */
  text(name: string): string | undefined
}

/** An operation with its parameters; `Version` is the right one unless given. */
export async function call(
  emulator: Emulator,
  parameters: Record<string, unknown>,
  options: CallOptions = {},
): Promise<Answer> {
  return send(emulator, await sign(emulator, flatten({ Version: '2011-06-15', ...parameters }), options))
}

/** A signed request with that form in its body, or in its query string for GET. */
export async function sign(emulator: Emulator, form: string, options: CallOptions = {}): Promise<Request> {
  const { method = 'POST', url = `${emulator.endpoint}/` } = options
  const signer = new AwsV4Signer({
    method,
    url: method === 'GET' ? `${url}?${form}` : url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...options.headers },
    ...(method === 'POST' && { body: form }),
    ...(options.credentials ?? emulator.credentials),
    service: options.service ?? 'sts',
    region: options.region ?? 'us-east-1',
    datetime: basic(options.signedAt ?? now),
  })
  const signed = await signer.sign()
  return new Request(signed.url, {
    method: signed.method,
    headers: signed.headers,
    body: method === 'POST' ? form : null,
  })
}

export async function send(emulator: Emulator, request: Request): Promise<Answer> {
  const response = await emulator.fetch(request)
  const xml = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    xml,
    text: (name) => unescapeXml(new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]),
  }
}

/** Query parameters of a nested input: lists as `Name.member.N`, structures as `Name.Member`. */
export function flatten(input: Record<string, unknown>): string {
  return Object.entries(input)
    .flatMap(([name, value]) => pairs(name, value))
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .join('&')
}

export function basic(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:]|\.\d+/g, '')
}

function pairs(name: string, value: unknown): [string, string][] {
  if (Array.isArray(value))
    return value.flatMap((member, index) => pairs(`${name}.member.${index + 1}`, member))
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([member, below]) => pairs(`${name}.${member}`, below))
  }
  return [[name, String(value)]]
}

function unescapeXml(text: string | undefined): string | undefined {
  return text
    ?.replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#xD;', '\r')
    .replaceAll('&amp;', '&')
}
