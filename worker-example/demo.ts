// `npm start`: the whole way of a token on this machine, from an AWS identity to a verified JWT. It needs no AWS
// account, no Cloudflare account and no network.

import { parseArgs } from 'node:util'
import { run } from './demo/run.ts'

const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } })

await run({ isOnce: values.once })
