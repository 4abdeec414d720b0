// `aws-web-identity status`, `enable` and `disable`, as they describe themselves: the account's switch.

import { awsOptions } from '../aws/options.ts'
import { defineCommand } from '../command.ts'
import { flag, text } from '../value-types.ts'

const yes = { type: flag, description: 'does not ask; needed where there is no terminal to ask in' } as const

export const status = defineCommand({
  name: 'status',
  summary: 'whether the account gives tokens, and as which issuer',
  description:
    'It needs the permission iam:GetOutboundWebIdentityFederationInfo. The exit code is 0 whether it is on or off.',
  options: awsOptions,
  examples: [
    { line: 'aws-web-identity status', purpose: 'the account of the credentials that the environment has' },
    { line: 'aws-web-identity status --json', purpose: 'for a program' },
  ],
  run: async ({ options }) => (await import('./status.ts')).runStatus(options),
})

export const enable = defineCommand({
  name: 'enable',
  summary: 'switches outbound identity federation on for the account, after asking',
  description:
    'It needs the permission iam:EnableOutboundWebIdentityFederation. From then on every principal of the account with the permission sts:GetWebIdentityToken gets tokens; the issuer stays the same for ever. Where it is on already, nothing changes and the exit code is 0.',
  options: {
    yes,
    wait: {
      type: flag,
      description: 'waits until STS gives a token, which takes about ten seconds, and a minute at most',
    },
    audience: {
      type: text,
      placeholder: 'AUDIENCE',
      description:
        'of the token by which --wait tries it, and which is thrown away; name one that your policy allows',
      default: 'https://example.com',
    },
    ...awsOptions,
  },
  examples: [
    { line: 'aws-web-identity enable', purpose: 'asks, and says the issuer' },
    { line: 'aws-web-identity enable --yes --wait', purpose: 'in a script that mints next' },
  ],
  run: async ({ options }) => (await import('./enable.ts')).runEnable(options),
})

export const disable = defineCommand({
  name: 'disable',
  summary: 'switches outbound identity federation off for the account, after asking',
  description:
    'It needs the permission iam:DisableOutboundWebIdentityFederation. Tokens that were given stay valid until they end, for at most an hour; the keys stay published. Where it is off already, nothing changes and the exit code is 0.',
  options: { yes, ...awsOptions },
  examples: [{ line: 'aws-web-identity disable', purpose: 'asks first' }],
  run: async ({ options }) => (await import('./disable.ts')).runDisable(options),
})
