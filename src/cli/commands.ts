// All commands, in the order in which the help names them.

import type { Command } from './command.ts'
import { emulator } from './emulator/command.ts'
import { token } from './token/command.ts'

export const commands: readonly Command[] = [token, emulator]
