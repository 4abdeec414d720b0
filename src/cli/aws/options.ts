// The options by which every command that calls AWS is told where and as whom, as `aws` names them.

import type { Options } from '../command.ts'
import { text } from '../value-types.ts'

export const awsOptions = {
  region: {
    type: text,
    placeholder: 'REGION',
    description: 'the AWS region to call; else AWS_REGION, AWS_DEFAULT_REGION, or that of the profile',
  },
  'endpoint-url': {
    type: text,
    placeholder: 'URL',
    description:
      'an address in place of AWS’s own, such as that of the emulator; else AWS_ENDPOINT_URL_STS or AWS_ENDPOINT_URL_IAM, and AWS_ENDPOINT_URL',
  },
  profile: {
    type: text,
    placeholder: 'NAME',
    description: 'a profile of ~/.aws, read by the AWS SDK where that is installed; else AWS_PROFILE',
  },
} as const satisfies Options
