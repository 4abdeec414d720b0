// Which token the doctor tries to have, and of whom.

import { awsOptions } from '../aws/options.ts'
import type { Options } from '../command.ts'
import { presetPlaceholder } from '../preset/more-options.ts'
import { tokenDuration } from '../token/token-duration.ts'
import { flag, keyValue, oneOf, text } from '../value-types.ts'

export const doctorOptions = {
  audience: {
    type: text,
    placeholder: 'AUDIENCE',
    description: 'whom the token is for; else that of the preset, or https://example.com',
    repeatable: true,
  },
  algorithm: {
    type: oneOf('RS256', 'ES384'),
    placeholder: 'ALGORITHM',
    description: 'how it is signed; else as the preset has it, or ES384',
  },
  duration: {
    type: tokenDuration,
    placeholder: 'DURATION',
    description: 'how long it is valid, from 60s to 1h; else as the preset has it, or 5m',
  },
  tag: {
    type: keyValue,
    placeholder: 'KEY=VALUE',
    description: 'a tag of it',
    repeatable: true,
  },
  preset: presetPlaceholder,
  exchange: {
    type: flag,
    description: 'with --preset: trades a token at the relying party, and throws away what comes',
  },
  ...awsOptions,
} as const satisfies Options
