// A caller of the broker, to copy: another Worker, through a service binding. `GET /` asks for a token and shows what it
// says; the token itself it shows nobody.

import type { Tokens } from '../../tokens/entry-point.ts'
import { isTokensError } from '../../tokens/tokens-error.ts'

interface Env {
  readonly TOKENS: Service<typeof Tokens>
}

const AUDIENCE = 'https://api.example.com'

export default {
  async fetch(_request, { TOKENS }) {
    try {
      const { webIdentityToken, expiration, issuer } = await TOKENS.getToken({ audience: AUDIENCE })
      return Response.json({ issuer, expiration, claims: claimsOf(webIdentityToken) })
    } catch (error) {
      if (!isTokensError(error)) throw error
      const { code, message, allowed } = error
      return Response.json({ code, message, allowed }, { status: 502 })
    }
  },
} satisfies ExportedHandler<Env>

// Read, not verified: that is for whom it is sent to.
function claimsOf(token: string): unknown {
  const [, payload = ''] = token.split('.')
  const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  )
  return JSON.parse(new TextDecoder().decode(bytes))
}
