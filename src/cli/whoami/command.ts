// `aws-web-identity whoami`, as it describes itself.

import { awsOptions } from '../aws/options.ts'
import { defineCommand } from '../command.ts'

export const whoami = defineCommand({
  name: 'whoami',
  summary: 'who calls, for how long yet, and what a relying party must be told of it',
  description:
    'It needs no permission, except for the issuer: iam:GetOutboundWebIdentityFederationInfo. Where that is denied, it says so and tells the rest.',
  options: awsOptions,
  examples: [
    { line: 'aws-web-identity whoami', purpose: 'of the credentials that the environment has' },
    { line: 'aws-web-identity whoami --profile work --json', purpose: 'of a profile, for a program' },
  ],
  run: async ({ options }) => (await import('./run.ts')).runWhoami(options),
})
