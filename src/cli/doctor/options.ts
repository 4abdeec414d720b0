// Which token the doctor tries to have, and of whom.

import { awsOptions } from '../aws/options.ts'
import type { Options } from '../command.ts'
import { tokenDuration } from '../token/token-duration.ts'
import { keyValue, oneOf, text } from '../value-types.ts'

export const doctorOptions = {
  audience: {
    type: text,
    placeholder: 'AUDIENCE',
    description: 'whom the token is for; https://example.com when absent',
    repeatable: true,
  },
  algorithm: {
    type: oneOf('RS256', 'ES384'),
    placeholder: 'ALGORITHM',
    description: 'how it is signed; ES384 when absent',
  },
  duration: {
    type: tokenDuration,
    placeholder: 'DURATION',
    description: 'how long it is valid, from 60s to 1h; 5m when absent',
  },
  tag: {
    type: keyValue,
    placeholder: 'KEY=VALUE',
    description: 'a tag of it',
    repeatable: true,
  },
  ...awsOptions,
} as const satisfies Options
