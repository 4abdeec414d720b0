// All commands, in the order in which the help names them.

import type { Command } from './command.ts'
import { completionOf } from './completion/command.ts'
import { decode } from './decode/command.ts'
import { doctor } from './doctor/command.ts'
import { emulator } from './emulator/command.ts'
import { disable, enable, status } from './federation/commands.ts'
import { policy } from './policy/command.ts'
import { token } from './token/command.ts'
import { verify } from './verify/command.ts'
import { whoami } from './whoami/command.ts'

export const commands: readonly Command[] = [
  token,
  whoami,
  status,
  enable,
  disable,
  verify,
  decode,
  policy,
  doctor,
  emulator,
  completionOf(() => commands),
]
