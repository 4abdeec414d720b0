// Temporary credentials that hold their own session, sealed, as AWS's hold theirs: nothing is kept of the sessions
// that were given, and they outlive the process where its key does.

import { type Policy, parsePolicy } from '../policy/document.ts'
import { encodeAccessKeyId } from './access-key-id.ts'
import type { Session } from './caller.ts'

/** Temporary credentials. */
export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

/** A session as it was read from its token. */
export interface OpenedSession {
  /** Of the user or role. */
  readonly arn: string
  readonly secretAccessKey: string
  readonly session: Session
}

/** A session's policies by name, as they were given. */
export type SessionPolicies = readonly (readonly [name: string, document: string])[]

/** Seals sessions by one key, and opens what it sealed. */
export class SessionSeal {
  readonly #secret: () => Promise<Uint8Array>
  #key: Promise<CryptoKey> | undefined

  // No `Uint8Array<ArrayBuffer>`: it would stand in the declarations, and TypeScript before 5.7 can't read it.
  /** @param secret 32 bytes, the same each time */
  constructor(secret: () => Promise<Uint8Array>) {
    this.#secret = secret
  }

  async seal(
    accountId: string,
    arn: string,
    session: Omit<Session, 'policies'>,
    policies: SessionPolicies | undefined,
  ): Promise<SessionCredentials> {
    const accessKeyId = encodeAccessKeyId('ASIA', accountId)
    const content = utf8(JSON.stringify({ accessKeyId, arn, session, policies }))
    return {
      accessKeyId,
      secretAccessKey: await this.#secretAccessKey(accessKeyId),
      sessionToken: base64(concatenate(await this.#mac('session', content), content)),
    }
  }

  /** `undefined` where the token is no session of that access key. */
  async open(accessKeyId: string, sessionToken: string): Promise<OpenedSession | undefined> {
    const bytes = unbase64(sessionToken)
    if (bytes === undefined || bytes.length < 32) return undefined
    const content = bytes.subarray(32)
    const key = await this.#hmacKey()
    // WebCrypto compares in constant time.
    if (!(await crypto.subtle.verify('HMAC', key, bytes.subarray(0, 32), prefixed('session', content)))) {
      return undefined
    }
    // It is what `seal` wrote, by the proof just seen.
    const sealed = JSON.parse(new TextDecoder().decode(content)) as Sealed
    if (sealed.accessKeyId !== accessKeyId) return undefined
    return {
      arn: sealed.arn,
      secretAccessKey: await this.#secretAccessKey(accessKeyId),
      session: { ...sealed.session, policies: sealed.policies && toPolicies(sealed.policies) },
    }
  }

  async #secretAccessKey(accessKeyId: string): Promise<string> {
    return base64(await this.#mac('secret', utf8(accessKeyId))).slice(0, 40)
  }

  async #mac(purpose: string, content: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await crypto.subtle.sign('HMAC', await this.#hmacKey(), prefixed(purpose, content)))
  }

  #hmacKey(): Promise<CryptoKey> {
    this.#key ??= this.#secret().then((secret) =>
      crypto.subtle.importKey('raw', new Uint8Array(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
        'sign',
        'verify',
      ]),
    )
    return this.#key
  }
}

interface Sealed {
  readonly accessKeyId: string
  readonly arn: string
  readonly session: Omit<Session, 'policies'>
  readonly policies?: SessionPolicies
}

function toPolicies(policies: SessionPolicies): Policy[] {
  return policies.map(([name, document]) => parsePolicy(name, 'session', document))
}

// One key serves two purposes, which must not be mistaken for each other.
function prefixed(purpose: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatenate(utf8(`${purpose}\n`), content)
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length)
  bytes.set(first)
  bytes.set(second, first.length)
  return bytes
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

function unbase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
