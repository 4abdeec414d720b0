// The argument of the commands that are given a token.

import type { Positional } from './command.ts'
import { text } from './value-types.ts'

export const tokenArgument: Positional = {
  name: 'TOKEN',
  description: 'the token, or a header with it (Bearer eyJ…); - or nothing for what comes by stdin',
  type: text,
  isOptional: true,
}
