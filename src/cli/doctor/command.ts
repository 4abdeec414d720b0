// `aws-web-identity doctor`: why there is no token, or why nobody takes it.

import { defineCommand } from '../command.ts'
import { presetOptions } from '../preset/more-options.ts'
import { doctorOptions } from './options.ts'

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'why there is no token, or why nobody takes it: each step from the credentials to the receiver',
  description:
    'It asks for a token as your program would, and looks at it as a receiver would: credentials, endpoint, clock, caller, federation, permission, mint, discovery, keys, verification, and, with --preset, what a relying party demands. A step that fails tells its cause, what to do, and the command for it. The token is thrown away and not shown. It changes nothing. Exit code 0 where nothing is wrong, else that of the first step that failed.',
  options: doctorOptions,
  moreOptions: presetOptions,
  examples: [
    { line: 'aws-web-identity doctor --audience https://api.example.com', purpose: 'a token for one API' },
    {
      line: 'aws-web-identity doctor --preset entra --tenant contoso.onmicrosoft.com --client-id 66666666-7777-4888-9999-000000000000 --scope https://graph.microsoft.com/.default --exchange',
      purpose: 'up to the access token that Microsoft Entra gives for it',
    },
    {
      line: "aws-web-identity doctor --json --audience https://api.example.com | jq -r '.culprit'",
      purpose: 'for a script',
    },
  ],
  run: async ({ options, more }) => (await import('./run.ts')).runDoctor(options, more),
})
