// Who asks by HTTP: whoever shows a secret, or a web identity token, as a bearer (RFC 6750 section 2.1), or was let in by
// Cloudflare Access. Exactly one `Authorization` header counts; where there is one, Access is not looked at.

import { Problem } from '../http/problem.ts'
import type { Caller } from '../policy/caller.ts'
import type { Policy } from '../policy/policy.ts'
import { admittedBy } from './access.ts'
import type { Identified } from './identified.ts'
import { secretOf } from './secret.ts'
import { workloadOf } from './workload.ts'

/** @throws {Problem} 401, 403 or 503: nothing is told to who is not known but that. */
export async function identify({ headers }: Request, policy: Policy): Promise<Identified> {
  const authorization = headers.get('Authorization')
  if (authorization !== null) return bearerOf(authorization, policy)
  const assertion = headers.get('Cf-Access-Jwt-Assertion')
  if (assertion !== null && policy.access !== undefined) return byAccess(assertion, policy, policy.access)
  throw unauthorized('no credentials')
}

async function bearerOf(authorization: string, policy: Policy): Promise<Identified> {
  // Two headers arrive as one, joined by a comma and a space, which no bearer token can hold.
  const [, shown] = /^bearer +([\w.~+/-]+=*)$/i.exec(authorization) ?? []
  if (shown === undefined) throw unauthorized('no bearer token')
  return /^eyJ[\w-]*\.[\w-]*\.[\w-]*$/.test(shown) ? byWebIdentity(shown, policy) : bySecret(shown, policy)
}

async function bySecret(shown: string, { callers }: Policy): Promise<Identified> {
  const secrets = callers.flatMap((caller) => caller.secrets ?? [])
  const secret = await secretOf(secrets, shown, Date.now())
  const caller = callers.find(({ secrets: own }) => own?.some((each) => each === secret))
  if (secret === undefined || caller === undefined)
    throw unauthorized('the secret is nobody’s, or has run out', 'The secret is nobody’s, or has run out.')
  // Which one, where there are several: by this the log tells when the old one is not used any more.
  return { caller, via: 'secret', identity: secret.sha256.slice(0, 8), facts: { caller: caller.name } }
}

async function byWebIdentity(token: string, { callers, webIdentity }: Policy): Promise<Identified> {
  if (webIdentity === undefined) {
    throw unauthorized('the policy takes no web identity tokens', 'This Worker takes no web identity tokens.')
  }
  const { subject, accountId } = await workloadOf(webIdentity, token)
  const caller = callers.find(({ subjects }) => subjects?.includes(subject))
  if (caller === undefined) throw unknownCaller(subject)
  return {
    caller,
    via: 'web-identity',
    identity: subject,
    facts: { caller: caller.name, subject, account: accountId },
  }
}

async function byAccess(
  assertion: string,
  { callers }: Policy,
  application: NonNullable<Policy['access']>,
): Promise<Identified> {
  const { email, clientId } = await admittedBy(application, assertion)
  const caller = callers.find(({ access }: Caller) =>
    email === undefined ? access?.clientIds?.includes(clientId) : access?.emails?.includes(email),
  )
  const identity = email ?? clientId
  if (caller === undefined) throw unknownCaller(identity)
  const facts = { caller: caller.name, ...(email === undefined ? { clientId } : { email }) }
  return { caller, via: 'access', identity, facts }
}

/** Another Worker, by what its service binding says. @throws {Problem} 403 */
export function identifyWorker(serviceBinding: string | undefined, { callers }: Policy): Identified {
  const caller = callers.find(
    (each) => each.serviceBinding !== undefined && each.serviceBinding === serviceBinding,
  )
  if (caller === undefined) {
    throw new Problem(
      403,
      'unknown_caller',
      'The policy knows no caller by this service binding: its props must have caller, as the policy’s serviceBinding names it.',
      { why: `props.caller is ${serviceBinding === undefined ? 'missing' : 'of nobody'}` },
    )
  }
  return { caller, via: 'service-binding', facts: { caller: caller.name } }
}

const SHOW =
  'Show a secret or a web identity token (Authorization: Bearer …), or come through Cloudflare Access.'

function unauthorized(why: string, message = SHOW): Problem {
  return new Problem(401, 'unauthorized', message, { why, headers: { 'WWW-Authenticate': 'Bearer' } })
}

// Its own name is no news to who asks; that others have more is.
function unknownCaller(identity: string): Problem {
  return new Problem(403, 'unknown_caller', `The policy allows nothing to ${identity}.`, {
    why: `the policy has no caller ${identity}`,
    members: { identity },
  })
}
