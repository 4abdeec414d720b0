// What an emulator can keep over its end, and begin with again.

import * as v from 'valibot'
import type { EmulatorSigningKey } from '../issuer/keys.ts'
import { accountIdText, issuerIdText } from './account.ts'
import { keysSchema } from './signing-keys.ts'

/**
 * Issuers, private keys, the seal of sessions and the switches, as JSON. Whoever has it can mint tokens as the emulator.
 */
export interface EmulatorState {
  readonly version: 1
  /** 32 bytes in base64: what session tokens are sealed by. */
  readonly sessionKey: string
  readonly accounts: readonly {
    readonly accountId: string
    readonly issuerId: string
    readonly keys: readonly EmulatorSigningKey[]
    readonly federationEnabled: boolean
    /** When it was last switched, in milliseconds. */
    readonly switchedAt: number | null
  }[]
}

export const stateSchema = v.strictObject(
  {
    version: v.literal(1, 'must be 1: it is of another version of the emulator'),
    sessionKey: v.pipe(
      v.string('must be a string'),
      v.regex(/^[A-Za-z0-9+/]{43}=$/, 'must be 32 bytes in base64'),
    ),
    accounts: v.array(
      v.strictObject(
        {
          accountId: accountIdText,
          issuerId: issuerIdText,
          keys: keysSchema,
          federationEnabled: v.boolean('must be true or false'),
          switchedAt: v.nullable(v.number('must be a number')),
        },
        'must be an object',
      ),
      'must be an array',
    ),
  },
  'must be what exportState gave',
)
