// `aws-web-identity verify`: whether a token is to be trusted, and each check that says so.

import { defineCommand } from '../command.ts'
import { tokenArgument } from '../token-argument.ts'
import { verifyOptions } from './options.ts'

export const verify = defineCommand({
  name: 'verify',
  summary: 'whether a token is to be trusted, with each check',
  description:
    'It needs no AWS credentials: the keys come from the issuer, which must be one of AWS’s own unless it is named. Say for whom the token must be and whose, as a service would: AWS signs tokens for each of its customers. What is not said is told as not checked. Exit code 0 where all that was asked holds, 1 where something does not, 4 where the keys can’t be had.',
  positionals: [tokenArgument],
  options: verifyOptions,
  examples: [
    {
      line: 'aws-web-identity verify --audience https://api.example.com --account 123456789012 <token.txt',
      purpose: 'as a service of yours would',
    },
    {
      line: 'aws-web-identity token --audience https://api.example.com --algorithm ES384 | aws-web-identity verify --issuer http://127.0.0.1:4566/f7c85005-e6a4-4358-a8ff-a0819ad17ec5',
      purpose: 'a token of the emulator',
    },
    {
      line: "aws-web-identity verify --json --audience https://api.example.com --account 123456789012 - <token.txt | jq -r '.identity.subject'",
      purpose: 'who speaks, for a script',
    },
  ],
  run: async (line) => (await import('./run.ts')).runVerify(line),
})
