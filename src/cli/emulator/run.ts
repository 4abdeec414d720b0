// Serves the emulator until it is told to stop.

import { withControl } from '../../emulator/control/with-control.ts'
import { createEmulator, type Emulator } from '../../emulator/emulator.ts'
import { serve } from '../../emulator/node.ts'
import type { EmulatorOptions } from '../../emulator/options.ts'
import { withPage } from '../../emulator/page/with-page.ts'
import type { EmulatorRequest } from '../../emulator/request-log.ts'
import { InputError } from '../../errors.ts'
import { paintFor } from '../colours.ts'
import { Complaint } from '../complaint.ts'
import { jsonLine } from '../json-text.ts'
import { print } from '../output.ts'
import { packageVersion } from '../package-version.ts'
import { readConfig } from './config.ts'
import { requestLine } from './request-line.ts'
import { startObject, startText } from './start-up.ts'
import { StateDirectory } from './state-directory.ts'
import { untilStopped } from './until-stopped.ts'

/** How it was called. */
export interface EmulatorCall {
  readonly port: number
  readonly host: string
  readonly config: string | undefined
  readonly state: string | undefined
  readonly control: boolean
  readonly quiet: boolean
  readonly json: boolean
}

export async function runEmulator(options: EmulatorCall): Promise<number> {
  const { port, host: hostname, json, quiet } = options
  const config = options.config === undefined ? {} : await readConfig(options.config)
  const stopped = untilStopped()
  const state =
    options.state === undefined ? undefined : await StateDirectory.open(options.state, stopped.lost)
  try {
    const paint = paintFor(process.stdout, process.env)
    const tell = (request: EmulatorRequest) => {
      if (quiet) return
      print(
        json
          ? jsonLine({ event: 'request', ...request })
          : requestLine(request, paint, process.stdout.columns),
      )
    }
    const made = await makeEmulator({ ...config, onRequest: tell }, state)
    // As a URL has it.
    const hosts = [hostname.toLowerCase()]
    const seen = withPage(made, { hosts })
    const served = options.control ? withControl(seen, { hosts }) : seen
    const { url, close } = await serveAt(served, port, hostname)
    warnIfOpen(hostname)
    const places = {
      page: `${url}/`,
      ...(options.control && { control: `${url}/_emulator/` }),
      ...(options.state !== undefined && { state: options.state }),
    }
    const started = { emulator: served, version: packageVersion(), places }
    print(json ? jsonLine(startObject(started)) : startText(started, paint))
    const code = await stopped.code
    await close()
    return code
  } finally {
    await state?.close()
  }
}

// With a state the emulator is one whose keys are made before it is reachable, so that there is something to keep.
async function makeEmulator(options: EmulatorOptions, state: StateDirectory | undefined): Promise<Emulator> {
  if (state === undefined) return createEmulator(options)
  const kept = await state.read()
  let onStateChange = () => {}
  try {
    const made = createEmulator({
      ...options,
      // The emulator checks it.
      ...(kept !== undefined && { state: kept as NonNullable<EmulatorOptions['state']> }),
      onStateChange: () => onStateChange(),
    })
    const exported = await made.exportState()
    await state.write(exported)
    onStateChange = () => state.save(made.exportState)
    return made
  } catch (error) {
    if (kept === undefined || !(error instanceof Error) || error instanceof Complaint) throw error
    throw state.corrupt(error.message)
  }
}

async function serveAt(served: Emulator, port: number, hostname: string): ReturnType<typeof serve> {
  try {
    return await serve(served, { port, hostname })
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    throw new Complaint(`The emulator can't be served: ${error.message}.`)
  }
}

// Whoever reaches it can sign with the keys that it prints, and, by the page, read what others asked for.
function warnIfOpen(hostname: string): void {
  if (/^(?:127(?:\.\d+){3}|::1|localhost)$/i.test(hostname)) return
  process.stderr.write(
    `Warning: ${hostname} is no loopback address. Whoever can reach it sees the page and the requests, and the keys are no secret.\n`,
  )
}
