// All commands, in the order in which the help names them.

import type { Command } from './command.ts'
import { emulator } from './emulator/command.ts'

export const commands: readonly Command[] = [emulator]
