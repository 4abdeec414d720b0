// What a configuration file of the emulator may say. `emulator-config.schema.json` is made from this, for editors, by
// `npm run config-schema`.

import * as v from 'valibot'
import { faultsOption } from '../../emulator/faults/fault.ts'
import { fileOptions } from '../../emulator/options.ts'

export const configSchema = v.strictObject(
  {
    /** For editors. */
    $schema: v.optional(v.string('must be a string')),
    ...fileOptions,
    faults: v.optional(faultsOption.entries.faults),
  },
  'must be an object',
)
