// A control path, so that a test in another process, in any language, can order faults, read what was asked and rotate
// keys while the emulator runs.

import * as v from 'valibot'
import { check } from '../../check.ts'
import { InputError } from '../../errors.ts'
import { accountIdText } from '../account/account.ts'
import type { Emulator } from '../emulator.ts'
import type { EmulatorFaults } from '../faults/fault.ts'
import { isTrustedHost } from '../trusted-host.ts'
import { ControlError, controlErrorResponse } from './control-error.ts'
import { readJson, refuseForeignSite } from './control-request.ts'

/** Options of `withControl`. */
export interface ControlOptions {
  /** Further names at which it may be called, such as a container's. Default loopback, IP addresses and the endpoint's. */
  readonly hosts?: readonly string[] | undefined
}

/**
 * The emulator with a control path below `/_emulator/`: `faults` (GET, PUT, DELETE), `requests` (GET, DELETE) and
 * `rotate-keys` (POST), in JSON. It asks for no credentials, so give it to an emulator that only you can reach; pages of
 * other sites can't use it.
 *
 * @example
 * ```ts
 * import { createEmulator, withControl } from 'aws-web-identity/emulator'
 * import { serve } from 'aws-web-identity/emulator/node'
 *
 * const { url, close } = await serve(withControl(createEmulator()))
 * await fetch(`${url}/_emulator/faults`, {
 *   method: 'PUT',
 *   headers: { 'content-type': 'application/json' },
 *   body: JSON.stringify([{ operation: 'GetWebIdentityToken', status: 503, times: 2 }]),
 * })
 * await close()
 * ```
 */
export function withControl(emulator: Emulator, { hosts = [] }: ControlOptions = {}): Emulator {
  const answer: Emulator['fetch'] = async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    const methods = Object.hasOwn(paths, url.pathname) ? paths[url.pathname] : undefined
    if (methods === undefined) return emulator.fetch(request)
    try {
      if (!isTrustedHost(url, emulator.endpoint, hosts)) {
        throw new ControlError(
          403,
          'host',
          'must be loopback, an IP address or a name that the emulator was given',
        )
      }
      refuseForeignSite(request)
      const act = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined
      if (act === undefined) {
        const allowed = Object.keys(methods).join(', ')
        throw new ControlError(405, 'method', `must be one of ${allowed}`, { Allow: allowed })
      }
      return respond(await act(emulator, request))
    } catch (error) {
      return controlErrorResponse(error)
    }
  }
  // Its getters go on to tell of the same emulator.
  return Object.create(emulator, { fetch: { value: answer, enumerable: true } }) as Emulator
}

/** Resolves to what is answered, `undefined` where there is nothing to say. */
type Act = (emulator: Emulator, request: Request) => unknown

const paths: Readonly<Record<string, Readonly<Record<string, Act>>>> = {
  '/_emulator/faults': {
    GET: pendingFaults,
    PUT: async (emulator, request) => {
      // The emulator checks them.
      emulator.setFaults((await readList(request)) as EmulatorFaults)
      return pendingFaults(emulator)
    },
    DELETE: (emulator) => emulator.setFaults([]),
  },
  '/_emulator/requests': {
    GET: (emulator) => emulator.requests,
    DELETE: (emulator) => emulator.clearRequests(),
  },
  '/_emulator/rotate-keys': {
    POST: async (emulator, request) => {
      const { accountId } = check(rotationSchema, await readJson(request, {}), 'the body')
      await emulator.rotateKeys(accountId)
    },
  },
}

const rotationSchema = v.pipe(
  v.unknown(),
  // An array is an object without members, to valibot.
  v.check((body) => !Array.isArray(body), 'must be an object'),
  v.strictObject({ accountId: v.optional(accountIdText) }, 'must be an object'),
)

function pendingFaults(emulator: Emulator): unknown {
  const pending = emulator.pendingFaults
  if (pending !== null) return pending
  throw new ControlError(409, 'faults', 'must be a list to be shown: this emulator was made with a function')
}

async function readList(request: Request): Promise<unknown[]> {
  const body = await readJson(request, undefined)
  if (Array.isArray(body)) return body
  throw new InputError('faults', 'must be an array of faults')
}

function respond(content: unknown): Response {
  const headers = { 'Cache-Control': 'no-store' }
  if (content === undefined) return new Response(null, { status: 204, headers })
  return Response.json(content, { headers })
}
