// The shapes in which programs want a token.

import { jsonText } from '../json-text.ts'
import { googleToken } from './google.ts'
import { execCredential, execCredentialVersion } from './kubernetes.ts'

export type Format = 'text' | 'json' | 'env' | 'header' | 'k8s' | 'google' | 'curl'

/** What was minted: by AWS, or by a relying party in exchange. */
export type Minted = {
  readonly token: string
  readonly expiration: Date
} & ({ readonly kind: 'web identity' } | { readonly kind: 'access'; readonly scope: string | undefined })

export interface FormatOptions {
  readonly format: Format
  /** The variable of `env`. */
  readonly variable: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Writes what was minted, with the end of its last line. What may be wrong is seen now, before anything is minted.
 *
 * @throws {Complaint} where kubectl wants what is not known here
 */
export function formatter({ format, variable, env }: FormatOptions): (minted: Minted) => string {
  const write = writers(variable, env)[format]()
  return (minted) => `${write(minted)}\n`
}

type Writer = (minted: Minted) => string

function writers(variable: string, env: FormatOptions['env']): Readonly<Record<Format, () => Writer>> {
  return {
    text: () => bearer(''),
    json: () => (minted) => jsonText(mintedObject(minted)),
    env:
      () =>
      ({ token }) =>
        `export ${variable}=${shellWord(token)}`,
    header: () => bearer('Authorization: Bearer '),
    k8s() {
      const version = execCredentialVersion(env['KUBERNETES_EXEC_INFO'])
      return json((token, expiration) => execCredential(version, token, expiration))
    },
    google: () => json(googleToken),
    curl:
      () =>
      ({ token }) =>
        `header = "Authorization: Bearer ${token.replace(/["\\]/g, '\\$&')}"`,
  }
}

function mintedObject(minted: Minted): object {
  const { token, expiration } = minted
  if (minted.kind === 'web identity') return { webIdentityToken: token, expiration }
  return { accessToken: token, tokenType: 'Bearer', expiration, scope: minted.scope }
}

function bearer(before: string): Writer {
  return ({ token }) => `${before}${token}`
}

function json(shape: (token: string, expiration: Date) => object): Writer {
  return ({ token, expiration }) => jsonText(shape(token, expiration))
}

// A token of AWS has no character that a shell would read; what a party gives is its own affair.
function shellWord(text: string): string {
  return /^[\w.~+/=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
