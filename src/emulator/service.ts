// Answers a request to a service of AWS: what it asks for, what shall go wrong, who calls, then the operation itself.

import { callerArn } from './account/caller.ts'
import type { Directory } from './account/directory.ts'
import type { Operation, Service, Trace } from './call.ts'
import { ConnectionCut, cut, errorOf, foreignAnswer } from './faults/fault-answer.ts'
import type { FaultPlan } from './faults/fault-plan.ts'
import { readBody } from './protocol/body.ts'
import { Fault, malformedInput } from './protocol/fault.ts'
import { type Parameter, readForm, readPairs, readQuery } from './protocol/form.ts'
import { type Envelope, faultResponse, formatOf, type Result, resultResponse } from './protocol/response.ts'
import { type EmulatorRequest, shownParameters, shownText } from './request-log.ts'
import { isGlobalEndpoint, regionOf, serviceOf } from './routing.ts'
import { authenticate } from './signature/authentication.ts'
import {
  credentialScope,
  hasWholeScope,
  type ReceivedRequest,
  readAuthorization,
} from './signature/authorization.ts'

/** What stands behind the services. */
export interface Backend {
  readonly directory: Directory
  readonly faults: FaultPlan
  /** Milliseconds. */
  readonly now: () => number
  readonly fetch: typeof fetch
  readonly tell: (request: EmulatorRequest) => void
}

/** The answer to a request, also to one that is refused; `undefined` where the address is that of no service. */
export async function answerService(request: Request, backend: Backend): Promise<Response | undefined> {
  const service = serviceOf(request)
  if (service === undefined) return undefined
  const requestId = crypto.randomUUID()
  const started = performance.now()
  const now = backend.now()
  const known: Known = { service: service.name }
  const tell = (statusCode: number) => {
    const durationMs = performance.now() - started
    backend.tell({ time: new Date(now).toISOString(), ...known, statusCode, requestId, durationMs })
  }

  const form = await readParameters(request, known)
  const fault = backend.faults.next(known, now)
  if (fault !== undefined) {
    known.fault = fault
    try {
      await wait(fault.delayMs ?? 0, request.signal)
    } catch (error) {
      // The client gave up: whoever rehearses a timeout wants to see it.
      tell(0)
      throw error
    }
  }
  if (fault?.close === 'before') {
    tell(0)
    throw new ConnectionCut()
  }
  const envelope = {
    requestId,
    now: now + (fault?.dateOffsetMs ?? 0),
    namespace: service.namespace,
    format: formatOf(request.headers),
  }
  const response =
    (fault && foreignAnswer(fault, envelope.now)) ??
    toResponse(
      (fault && errorOf(fault)) ?? (await callOperation(form, service, backend, envelope.now, known)),
      envelope,
      known,
    )
  tell(response.status)
  return fault?.close === undefined ? response : cut(response, fault.close)
}

// What was found out about the request by the time it was answered, or refused.
type Known = { -readonly [Key in keyof EmulatorRequest]?: EmulatorRequest[Key] } & Trace & {
    service: Service['name']
  }

interface Form {
  readonly received: ReceivedRequest
  readonly parameters: Parameter
}

async function readParameters(request: Request, known: Known): Promise<Form | Fault> {
  try {
    const { method, headers } = request
    const received = { method, url: new URL(request.url), headers, body: await readBody(request) }
    const parameters = readFormOf(received)
    known.parameters = shownParameters(parameters)
    const action = parameters.get('Action')
    if (action) known.operation = shownText(action)
    return { received, parameters }
  } catch (error) {
    return faultOf(error)
  }
}

async function callOperation(
  form: Form | Fault,
  service: Service,
  { directory, fetch }: Backend,
  now: number,
  known: Known,
): Promise<Result | Fault> {
  try {
    if (form instanceof Fault) throw form
    const { received, parameters } = form
    const { url } = received
    const operation = findOperation(service, parameters, url)
    const call = { parameters, directory, now, headers: received.headers, fetch, trace: known }
    if (!operation.signed) return await operation.answer({ ...call, region: regionOf(url) ?? 'us-east-1' })

    const authorization = await readAuthorization(received)
    known.signedHeaders = authorization.signedHeaders
    if (hasWholeScope(authorization)) known.credentialScope = credentialScope(authorization)
    const caller = await authenticate(received, authorization, {
      findCaller: (accessKeyId, sessionToken) => directory.findCaller(accessKeyId, sessionToken, now),
      service: service.name,
      region: regionOf(url),
      now,
    })
    known.callerArn = callerArn(caller)
    const account = directory.account(caller.identity.accountId)
    return await operation.answer({ ...call, caller, account, region: authorization.scope.region })
  } catch (error) {
    return faultOf(error)
  }
}

function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error
  throw error
}

function readFormOf({ method, url, headers, body }: ReceivedRequest): Parameter {
  if (method !== 'POST' && method !== 'GET') {
    throw new Fault(405, 'MethodNotAllowed', `AWS takes POST and GET here, not ${method}`)
  }
  const contentType = headers.get('content-type') ?? 'application/x-www-form-urlencoded'
  if (body.length > 0 && !/^application\/x-www-form-urlencoded *(;|$)/i.test(contentType)) {
    throw malformedInput('Content-Type must be application/x-www-form-urlencoded')
  }
  return readForm([...readQuery(url), ...readPairs(decodeUtf8(body))])
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw malformedInput('The form is not UTF-8')
  }
}

function findOperation(service: Service, parameters: Parameter, url: URL): Operation {
  const action = parameters.get('Action')
  if (!action) {
    throw new Fault(400, 'MissingAction', 'The request is missing an action or a required parameter.')
  }
  const version = parameters.get('Version') ?? 'NO_VERSION_SPECIFIED'
  const operation = version === service.version ? service.operations.get(action) : undefined
  if (operation === undefined) {
    throw new Fault(400, 'InvalidAction', `Could not find operation ${action} for version ${version}`)
  }
  if (isGlobalEndpoint(url) && action === 'GetWebIdentityToken') {
    throw new Fault(400, 'InvalidAction', 'Operation not supported on STS global endpoint')
  }
  return operation
}

function toResponse(answer: Result | Fault, envelope: Envelope, known: Known): Response {
  if (!(answer instanceof Fault)) return resultResponse(known.operation ?? '', answer, envelope)
  known.errorCode = answer.code
  known.errorMessage = shownText(answer.message)
  return faultResponse(answer, envelope)
}

/** Rejects with the signal's reason as soon as it is aborted. */
async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  // An abort that has been tells no listener, and the timer would keep a process alive.
  signal.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      if (signal.aborted) reject(signal.reason)
      else resolve()
    }
  })
}
