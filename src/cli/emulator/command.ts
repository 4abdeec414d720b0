// `aws-web-identity emulator`: serves the emulator until it is told to stop.

import { withControl } from '../../emulator/control/with-control.ts'
import { createEmulator, type Emulator } from '../../emulator/emulator.ts'
import { serve } from '../../emulator/node.ts'
import type { EmulatorOptions } from '../../emulator/options.ts'
import { withPage } from '../../emulator/page/with-page.ts'
import type { EmulatorRequest } from '../../emulator/request-log.ts'
import { InputError } from '../../errors.ts'
import { paintFor } from '../colours.ts'
import { type Command, Complaint, readOptions } from '../command.ts'
import { packageVersion } from '../package-version.ts'
import { readConfig } from './config.ts'
import { help } from './help.ts'
import { jsonLine, requestLine } from './request-line.ts'
import { startObject, startText } from './start-up.ts'
import { StateDirectory } from './state-directory.ts'
import { untilStopped } from './until-stopped.ts'

export const emulator: Command = async (args) => {
  const options = readOptions('emulator', args, {
    port: { type: 'string', default: '4566' },
    host: { type: 'string', default: '127.0.0.1' },
    state: { type: 'string' },
    config: { type: 'string' },
    control: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  })
  const { host: hostname, json, quiet } = options
  if (options.help) {
    process.stdout.write(`${help}\n`)
    return 0
  }
  const port = readPort(options.port)
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

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new Complaint(`--port must be a number from 0 to 65535, where 0 takes any free one, and not ${text}.`)
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
