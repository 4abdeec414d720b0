// What must compile with Node's types.

import { createServer } from 'node:http'
import { StsClient } from 'aws-web-identity'
import { fromEnv } from 'aws-web-identity/credentials'
import { createEmulator } from 'aws-web-identity/emulator'
import { type ServedEmulator, type ServeOptions, serve } from 'aws-web-identity/emulator/node'

const options: ServeOptions = { port: 0 }
export const served: Promise<ServedEmulator> = serve(createEmulator(), options)
export const server = createServer()

export const sts = new StsClient({
  region: process.env['AWS_REGION'] ?? 'eu-central-1',
  credentials: fromEnv({ env: process.env }),
})

export const key: Uint8Array = Buffer.alloc(32)
