// What the least policy can be bounded by, on the line.

import type { Options } from '../command.ts'
import { accountId, duration, oneOf, text } from '../value-types.ts'
import { allowedTag } from './allowed-tag.ts'

export const policyOptions = {
  audience: {
    type: text,
    placeholder: 'AUDIENCE',
    description: 'whom a token may be for, to the letter',
    repeatable: true,
  },
  algorithm: {
    type: oneOf('RS256', 'ES384'),
    placeholder: 'ALGORITHM',
    description: 'how a token may be signed',
    repeatable: true,
  },
  'max-duration': {
    type: duration,
    placeholder: 'DURATION',
    description: 'how long a token may be valid, 60s to 1h; a request that does not say asks for 5m',
  },
  tag: {
    type: allowedTag,
    placeholder: 'KEY[=VALUE]',
    description: 'a tag that a token may have, with this value, or with any',
    repeatable: true,
  },
  account: {
    type: accountId,
    placeholder: 'ID',
    description: 'the account of the principal, which is then named as the resource',
  },
  region: {
    type: text,
    placeholder: 'REGION',
    description: 'a region of the account, where its partition is another than aws',
  },
  format: {
    type: oneOf('json', 'terraform', 'cloudformation', 'cdk'),
    placeholder: 'FORMAT',
    description: 'the language',
    default: 'json',
  },
} as const satisfies Options
