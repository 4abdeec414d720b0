// The shapes in which programs want a token.

import { jsonText } from '../json-text.ts'
import { googleToken } from './google.ts'
import { execCredential, execCredentialVersion } from './kubernetes.ts'

export type Format = 'text' | 'json' | 'env' | 'header' | 'k8s' | 'google' | 'curl'

/** What was minted. */
export interface Minted {
  readonly token: string
  readonly expiration: Date
}

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

// A token has no character that a shell or a quoted string would read: letters, digits, `-`, `_` and `.`.
function writers(variable: string, env: FormatOptions['env']): Readonly<Record<Format, () => Writer>> {
  return {
    text: () => bearer(''),
    json: () => json((token, expiration) => ({ webIdentityToken: token, expiration })),
    env: () => bearer(`export ${variable}=`),
    header: () => bearer('Authorization: Bearer '),
    k8s() {
      const version = execCredentialVersion(env['KUBERNETES_EXEC_INFO'])
      return json((token, expiration) => execCredential(version, token, expiration))
    },
    google: () => json(googleToken),
    curl:
      () =>
      ({ token }) =>
        `header = "Authorization: Bearer ${token}"`,
  }
}

function bearer(before: string): Writer {
  return ({ token }) => `${before}${token}`
}

function json(shape: (token: string, expiration: Date) => object): Writer {
  return ({ token, expiration }) => jsonText(shape(token, expiration))
}
