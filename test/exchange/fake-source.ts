// A source whose tokens nobody signed, for exchanges under a fake clock: it counts what was taken and what was dropped.

import type { BearerSource } from '../../src/index.ts'

export interface FakeSource extends BearerSource {
  /** The tokens that it gave, each once, in order. */
  readonly given: string[]
  /** What was dropped. */
  readonly dropped: (string | undefined)[]
}

interface Facts {
  readonly audience: string | readonly string[]
  readonly signingAlgorithm?: string
}

let serial = 0

export function fakeJwt({ audience, signingAlgorithm = 'RS256' }: Facts): string {
  serial += 1
  const part = (value: object) => btoa(JSON.stringify(value)).replaceAll('=', '')
  return `${part({ alg: signingAlgorithm })}.${part({ aud: audience, jti: serial })}.c2lnbmF0dXJlLW9mLWEtdG9rZW4`
}

/** It keeps its token until that is dropped, as a token source does. */
export function fakeSource(facts: Facts): FakeSource {
  const given: string[] = []
  const dropped: (string | undefined)[] = []
  let kept: string | undefined
  return {
    given,
    dropped,
    async getToken() {
      if (kept === undefined) {
        kept = fakeJwt(facts)
        given.push(kept)
      }
      return kept
    },
    async invalidate(token) {
      dropped.push(token)
      if (token === undefined || token === kept) kept = undefined
    },
  }
}

export function granted(members: Readonly<Record<string, unknown>> = {}, init: ResponseInit = {}): Response {
  serial += 1
  return Response.json(
    { access_token: `access-${serial}-0123456789abcdef`, token_type: 'Bearer', expires_in: 3600, ...members },
    init,
  )
}
