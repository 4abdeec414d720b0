// `aws-web-identity whoami`, as it describes itself.

import { awsOptions } from '../aws/options.ts'
import { defineCommand } from '../command.ts'
import { presetOptions, presetPlaceholder } from '../preset/more-options.ts'
import { text } from '../value-types.ts'

export const whoami = defineCommand({
  name: 'whoami',
  summary: 'who calls, for how long yet, and what a relying party must be told of it',
  description:
    'It needs no permission, except for the issuer: iam:GetOutboundWebIdentityFederationInfo. Where that is denied, it says so and tells the rest.',
  options: {
    preset: presetPlaceholder,
    audience: {
      type: text,
      placeholder: 'AUDIENCE',
      description: 'of --preset, where it is another than the party’s usual one',
    },
    ...awsOptions,
  },
  moreOptions: presetOptions,
  examples: [
    { line: 'aws-web-identity whoami', purpose: 'of the credentials that the environment has' },
    { line: 'aws-web-identity whoami --profile work --json', purpose: 'of a profile, for a program' },
    {
      line: 'aws-web-identity whoami --preset google-cloud --provider projects/123456789/locations/global/workloadIdentityPools/aws-pool/providers/outbound',
      purpose: 'what to enter at Google Cloud, and where',
    },
  ],
  run: async ({ options, more }) => (await import('./run.ts')).runWhoami(options, more),
})
