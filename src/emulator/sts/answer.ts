// Answers a request to STS: AWS Query, version 2011-06-15. Which operation, who calls, then the operation.

import type { Principal } from '../account/principal.ts'
import type { Issuer } from '../issuer/issuer.ts'
import type { EmulatorRequest } from '../options.ts'
import { readBody } from '../protocol/body.ts'
import { Fault, malformedInput } from '../protocol/fault.ts'
import { type Parameter, readForm, readPairs } from '../protocol/form.ts'
import { faultResponse, resultResponse } from '../protocol/response.ts'
import { authenticate } from '../signature/authentication.ts'
import { credentialScope, type ReceivedRequest, readAuthorization } from '../signature/authorization.ts'
import { getCallerIdentity } from './get-caller-identity.ts'
import { getWebIdentityToken } from './get-web-identity-token.ts'
import type { Operation } from './operation.ts'

/** The account that STS answers for. */
export interface Account {
  /** By access key id. */
  readonly principals: ReadonlyMap<string, Principal>
  readonly issuer: Issuer
  readonly federationEnabled: boolean
  readonly now: () => number
  readonly onRequest: (request: EmulatorRequest) => void
}

/** The answer to a request to STS, also to one that is refused. */
export async function answerSts(request: Request, account: Account): Promise<Response> {
  const envelope = { requestId: crypto.randomUUID(), now: account.now() }
  const started = performance.now()
  const known: Known = {}
  let response: Response
  try {
    const result = await callOperation(request, account, envelope.now, known)
    response = resultResponse(known.operation ?? '', result, envelope)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    known.errorCode = error.code
    response = faultResponse(error, envelope)
  }
  void tell(account, {
    time: new Date(envelope.now).toISOString(),
    ...known,
    statusCode: response.status,
    requestId: envelope.requestId,
    durationMs: performance.now() - started,
  })
  return response
}

// What was found out about the request by the time it was answered, or refused.
interface Known {
  operation?: string
  callerArn?: string
  signedHeaders?: readonly string[]
  credentialScope?: string
  errorCode?: string
}

async function callOperation(
  request: Request,
  account: Account,
  now: number,
  known: Known,
): ReturnType<Operation> {
  const url = new URL(request.url)
  const received = { method: request.method, url, headers: request.headers, body: await readBody(request) }
  const parameters = readParameters(received)
  const action = parameters.get('Action')
  if (action) known.operation = action
  const operation = findOperation(action, parameters.get('Version'), url)

  const authorization = readAuthorization(received)
  known.signedHeaders = authorization.signedHeaders
  known.credentialScope = credentialScope(authorization)
  const principal = await authenticate(received, authorization, {
    principals: account.principals,
    service: 'sts',
    region: regionOf(url.hostname),
    now,
  })
  known.callerArn = principal.callerArn
  const { issuer, federationEnabled } = account
  return operation({
    parameters,
    principal,
    region: authorization.scope.region,
    now,
    issuer,
    federationEnabled,
  })
}

function readParameters({ method, url, headers, body }: ReceivedRequest): Parameter {
  if (method !== 'POST' && method !== 'GET') {
    throw new Fault(405, 'MethodNotAllowed', `STS takes POST and GET, not ${method}`)
  }
  const contentType = headers.get('content-type') ?? 'application/x-www-form-urlencoded'
  if (body.length > 0 && !/^application\/x-www-form-urlencoded *(;|$)/i.test(contentType)) {
    throw malformedInput('Content-Type must be application/x-www-form-urlencoded')
  }
  return readForm([...readPairs(url.search.slice(1)), ...readPairs(decodeUtf8(body))])
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw malformedInput('The form is not UTF-8')
  }
}

const operations: ReadonlyMap<string, Operation> = new Map([
  ['GetCallerIdentity', getCallerIdentity],
  ['GetWebIdentityToken', getWebIdentityToken],
])

function findOperation(action: string | undefined, version = 'NO_VERSION_SPECIFIED', url: URL): Operation {
  if (!action) {
    throw new Fault(400, 'MissingAction', 'The request is missing an action or a required parameter.')
  }
  const operation = version === '2011-06-15' ? operations.get(action) : undefined
  if (operation === undefined) {
    throw new Fault(400, 'InvalidAction', `Could not find operation ${action} for version ${version}`)
  }
  if (operation === getWebIdentityToken && url.hostname === globalHost) {
    throw new Fault(400, 'InvalidAction', 'Operation not supported on STS global endpoint')
  }
  return operation
}

const globalHost = 'sts.amazonaws.com'

// `sts.<region>.…` and `sts-fips.<region>.…` of any partition stand for their region, the global endpoint for
// us-east-1; any other host, such as loopback, for none.
function regionOf(hostname: string): string | null {
  if (hostname === globalHost) return 'us-east-1'
  return /^sts(?:-fips)?\.([a-z]+(?:-[a-z]+)+-\d+)\./.exec(hostname)?.[1] ?? null
}

// Calls the observer before the answer is given, but waits for nothing that it may do afterwards.
async function tell({ onRequest }: Account, record: EmulatorRequest): Promise<void> {
  try {
    await onRequest(record)
  } catch {
    // Who watches must not be able to break what is watched, be it by a promise that rejects.
  }
}
