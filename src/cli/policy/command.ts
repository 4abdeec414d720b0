// `aws-web-identity policy`: the least policy that lets a principal get its tokens.

import { defineCommand } from '../command.ts'
import { policyOptions } from './options.ts'

export const policy = defineCommand({
  name: 'policy',
  summary: 'the least IAM policy that lets a principal get its tokens',
  description:
    'For a user or a role, or as a session policy. It calls nobody. A request may name any of the audiences, one or several, and have any of the tags, all or none; what is not said is not bounded, but tags are not allowed unless they are named.',
  options: policyOptions,
  examples: [
    {
      line: 'aws-web-identity policy --audience https://api.example.com --algorithm ES384 --max-duration 15m >policy.json\naws iam put-role-policy --role-name app --policy-name web-identity --policy-document file://policy.json',
      purpose: 'allow a role to get tokens for one API',
    },
    {
      line: 'aws-web-identity policy --audience https://api.example.com --tag team=web --tag run --format terraform',
      purpose: 'with one tag of a fixed value and one of any value, for Terraform',
    },
  ],
  run: async ({ options }) => (await import('./run.ts')).runPolicy(options),
})
