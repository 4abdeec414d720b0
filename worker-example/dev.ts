// `npm run dev`: the token broker on this machine, with the emulator in the place of AWS and three callers, to try all that it
// does: edit the policy, get tokens in each way, rotate a secret, break STS. It needs no account, no network, and keeps nothing.

import { parseArgs } from 'node:util'
import { develop } from './dev/develop.ts'

const { values } = parseArgs({ options: { policy: { type: 'string' } } })

await develop(values)
