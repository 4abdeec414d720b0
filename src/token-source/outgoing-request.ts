// A request as it is about to be sent: what `fetch` was given, in a form that can be sent again, and elsewhere.

/** The arguments of `fetch`, with the headers set apart. */
export interface OutgoingRequest {
  readonly url: URL
  /** The caller's, in place of the address. */
  readonly request: Request | undefined
  /** What is to hold besides, or in place of the request's own members. */
  readonly init: RequestInit & { readonly headers: Headers }
  /** As in the Fetch standard, `signal: null` in `init` means that there is none. */
  readonly signal: AbortSignal | undefined
}

/** In upper case, since `fetch` understands the usual methods in lower case as well. */
export function methodOf({ request, init }: OutgoingRequest): string {
  return (init.method ?? request?.method ?? 'GET').toUpperCase()
}

export function redirectModeOf({ request, init }: OutgoingRequest): RequestRedirect {
  return init.redirect ?? request?.redirect ?? 'follow'
}

/** Whether a body is sent. Firefox does not tell whether a `Request` has one. */
export function hasBody({ request, init }: OutgoingRequest): boolean {
  if (init.body !== undefined && init.body !== null) return true
  return request !== undefined && request.body !== null && !['GET', 'HEAD'].includes(request.method)
}

/** Whether its body, if it has one, is still there after it was sent. */
export function canBeSentAgain(outgoing: OutgoingRequest): boolean {
  if (!hasBody(outgoing)) return true
  const { body } = outgoing.init
  if (typeof body === 'string' || ArrayBuffer.isView(body)) return true
  return [ArrayBuffer, Blob, URLSearchParams, FormData].some((type) => body instanceof type)
}

/** The same request for another address, with these members changed. */
export function readdressed(
  { request, init, signal }: OutgoingRequest,
  url: URL,
  changed: RequestInit & { readonly headers: Headers },
): OutgoingRequest {
  return { url, request: undefined, init: { ...membersOf(request), ...init, ...changed }, signal }
}

const MEMBERS = [
  'cache',
  'cf', // of Workers
  'credentials',
  'integrity',
  'keepalive',
  'method',
  'mode',
  'referrer',
  'referrerPolicy',
  'signal',
]

// All but the body and the headers. A runtime leaves out what it does not know, and takes no `undefined` for it.
function membersOf(request: Request | undefined): RequestInit {
  const members = MEMBERS.map((name) => [name, request && Reflect.get(request, name)])
  return Object.fromEntries(members.filter(([, value]) => value !== undefined && value !== null))
}
