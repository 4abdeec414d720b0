// What the console is given: what it shows, and who looks.

import { admittedBy } from './callers/access.ts'
import type { ConsoleContext } from './console/console.ts'
import type { Env } from './env.ts'
import { addressOf } from './http/address.ts'
import { Problem } from './http/problem.ts'
import type { Incoming } from './incoming.ts'
import { type IssuerKeys, issuerKeys } from './issuer-keys.ts'
import { audit } from './ledger/audit.ts'
import { ledgerOf } from './ledger/ledger-stub.ts'
import { loadPolicy } from './policy/load-policy.ts'
import type { Policy } from './policy/policy.ts'
import { settingsOf } from './settings.ts'
import { mayTry } from './strangers.ts'
import { explain } from './tokens/explain.ts'
import { patiently } from './tokens/patiently.ts'

/** @throws {Problem} 503 where the Worker is not configured. */
export function consoleContext(incoming: Incoming): ConsoleContext {
  const { request, env, requestId, waitUntil } = incoming
  const policy = loadPolicy()
  return {
    policy,
    requestId,
    sealingKeys: sealingKeysOf(incoming),
    now: Date.now(),
    // Of a page it is asked more than once.
    accessEmail: once(() => emailOf(request, policy)),
    snapshot: () => patiently(ledgerOf(env).snapshot(), () => request.signal),
    issuerKeys: () => patiently(keysOfIssuers(env), () => request.signal),
    audit(line) {
      const address = addressOf(request)
      audit(env, { at: Date.now(), requestId, action: 'sign-in', ...line, address }, undefined, waitUntil)
    },
    mayTry: () => mayTry(incoming, 'sign-in'),
  }
}

async function keysOfIssuers(env: Env): Promise<IssuerKeys[]> {
  return issuerKeys(await ledgerOf(env).issuers())
}

// Who is not let in by Access may have the secret.
async function emailOf({ headers }: Request, { access }: Policy): Promise<string | undefined> {
  const assertion = headers.get('Cf-Access-Jwt-Assertion')
  if (assertion === null || access === undefined) return undefined
  try {
    return (await admittedBy(access, assertion)).email
  } catch (error) {
    if (error instanceof Problem && error.status >= 500) console.error(`${error.message} ${error.why}`)
    return undefined
  }
}

function once<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let asked: Promise<Value> | undefined
  return () => {
    asked ??= ask()
    return asked
  }
}

function sealingKeysOf({ env }: Incoming): Uint8Array[] {
  try {
    return settingsOf(env).SEALING_KEYS.map(bytesOf)
  } catch (error) {
    throw explain(error)
  }
}

function bytesOf(base64: string): Uint8Array {
  const binary = atob(base64.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
