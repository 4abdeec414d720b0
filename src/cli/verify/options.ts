// What a token can be held against, on the line.

import type { Options } from '../command.ts'
import { accountId, text } from '../value-types.ts'

export const verifyOptions = {
  audience: {
    type: text,
    placeholder: 'AUDIENCE',
    description: 'for whom the token must be: one of these',
    repeatable: true,
  },
  issuer: {
    type: text,
    placeholder: 'URL',
    description: 'whose it must be: the issuer of an account, or of an emulator on this machine',
    repeatable: true,
  },
  account: {
    type: accountId,
    placeholder: 'ID',
    description: 'the AWS account whose it must be',
    repeatable: true,
  },
  organization: {
    type: text,
    placeholder: 'ID',
    description: 'the AWS organization whose it must be, such as o-a1b2c3d4e5',
    repeatable: true,
  },
} as const satisfies Options
