// The policy as a CloudFormation template of its own, whose policy is then attached by its ARN.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html

import { type PolicyDocument, type PolicyStatement, textsIn } from './document.ts'
import { quoted, refuseReserved, withCapitalU } from './quoted.ts'

/** @throws {InputError} where a text holds `{{resolve:`, which CloudFormation looks up wherever it stands */
export function inCloudFormation(document: PolicyDocument): string {
  refuseReserved(textsIn(document), '{{resolve:', 'cloudformation')
  return `AWSTemplateFormatVersion: "2010-09-09"
Resources:
  WebIdentityTokenPolicy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
${document.Statement.map(statementItem).join('\n')}
Outputs:
  WebIdentityTokenPolicyArn:
    Value: !Ref WebIdentityTokenPolicy`
}

function statementItem({ Sid, Action, Resource, Condition }: PolicyStatement): string {
  return [
    `          - Sid: ${Sid}`,
    '            Effect: Allow',
    `            Action: ${Action}`,
    `            Resource: ${string(Resource)}`,
    '            Condition:',
    ...Object.entries(Condition).flatMap(([operator, keys]) => [
      `              ${string(operator)}:`,
      ...Object.entries(keys).flatMap(([key, values]) => member(key, values)),
    ]),
  ].join('\n')
}

function member(key: string, values: string | readonly string[]): string[] {
  const name = `                ${string(key)}:`
  if (typeof values === 'string') return [`${name} ${string(values)}`]
  return [name, ...values.map((value) => `                  - ${string(value)}`)]
}

function string(text: string): string {
  return quoted(text, withCapitalU)
}
