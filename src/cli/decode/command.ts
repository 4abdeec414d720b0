// `aws-web-identity decode`: what a token says, with no word about whether it is true.

import { defineCommand } from '../command.ts'
import { tokenArgument } from '../token-argument.ts'

export const decode = defineCommand({
  name: 'decode',
  summary: 'what a token says, without verifying it',
  description:
    'Header and claims are shown as they are written, times in words too. Nothing is looked up and nothing is verified: anybody can have written such a token. To know who did, use verify.',
  positionals: [tokenArgument],
  options: {},
  examples: [
    { line: 'aws-web-identity decode eyJhbGciOi…', purpose: 'a token that you have' },
    {
      line: 'aws-web-identity token --audience https://api.example.com --algorithm ES384 | aws-web-identity decode',
      purpose: 'what AWS says of you',
    },
    {
      line: "aws-web-identity decode --json <token.txt | jq -r '.claims.iss'",
      purpose: 'one claim, for a script',
    },
  ],
  run: async (line) => (await import('./run.ts')).runDecode(line),
})
