// Whether receivers find the issuer's keys: OpenID Connect Discovery 1.0, section 4.

import { exitCodes } from '../exit-code.ts'
import { shellQuoted } from '../shell-quoted.ts'
import { published } from './document.ts'
import { type Outcome, step } from './step.ts'

export const discovery = step('discovery', ['issuer'], async ({ issuer }) => {
  const url = `${issuer}/.well-known/openid-configuration`
  const answer = await published(url)
  if ('problem' in answer) return failed(answer.problem, url)
  const { issuer: named, jwks_uri: uri } = answer.document
  if (named !== issuer) return failed(`${url} is that of another issuer.`, url)
  if (typeof uri !== 'string' || !URL.canParse(uri) || new URL(uri).origin !== new URL(issuer).origin) {
    return failed(`${url} names no keys on its own host (jwks_uri).`, url)
  }
  return { result: 'ok', fact: `${url} is the issuer’s`, found: { jwksUri: uri } }
})

function failed(cause: string, url: string): Outcome {
  return {
    result: 'failed',
    exitCode: exitCodes.network,
    cause,
    remedy: 'No receiver can verify a token without it. See what stands between this machine and the issuer:',
    command: `curl --verbose ${shellQuoted(url)}`,
  }
}
