// The policy as statements of the AWS CDK, in TypeScript.
// https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_iam.PolicyStatement.html

import { type PolicyDocument, type PolicyStatement, textsIn } from './document.ts'
import { quoted, refuseReserved, withBraces } from './quoted.ts'

/** @throws {InputError} where a text holds `{{resolve:`, which CloudFormation looks up wherever it stands */
export function inCdk(document: PolicyDocument): string {
  refuseReserved(textsIn(document), '{{resolve:', 'cdk')
  return `import { PolicyStatement } from 'aws-cdk-lib/aws-iam'

// for (const statement of webIdentityToken) role.addToPrincipalPolicy(statement)
export const webIdentityToken = [
${document.Statement.map(statement).join('\n')}
]`
}

function statement({ Sid, Action, Resource, Condition }: PolicyStatement): string {
  return `  new PolicyStatement({
    sid: ${string(Sid)},
    actions: [${string(Action)}],
    resources: [${string(Resource)}],
    conditions: {
${Object.entries(Condition).map(operator).join('\n')}
    },
  }),`
}

function operator([name, keys]: [string, PolicyStatement['Condition'][string]]): string {
  const members = Object.entries(keys).map(([key, values]) => `${string(key)}: ${literal(values)}`)
  return `      ${string(name)}: { ${members.join(', ')} },`
}

function literal(values: string | readonly string[]): string {
  return typeof values === 'string' ? string(values) : `[${values.map(string).join(', ')}]`
}

function string(text: string): string {
  return quoted(text, withBraces)
}
