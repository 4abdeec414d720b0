// The policy as a data source of Terraform's AWS provider.
// https://developer.hashicorp.com/terraform/language/expressions/strings
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document

import { type PolicyDocument, type PolicyStatement, textsIn } from './document.ts'
import { quoted, refuseReserved, withCapitalU } from './quoted.ts'

/** @throws {InputError} where a text holds `&{`, for which the data source puts `${` */
export function inTerraform(document: PolicyDocument): string {
  refuseReserved(textsIn(document), '&{', 'terraform')
  const statements = document.Statement.map(statementBlock)
  return ['data "aws_iam_policy_document" "web_identity_token" {', statements.join('\n\n'), '}'].join('\n')
}

function statementBlock({ Sid, Action, Resource, Condition }: PolicyStatement): string {
  const conditions = Object.entries(Condition).flatMap(([test, keys]) =>
    Object.entries(keys).map(([variable, values]) => conditionBlock(test, variable, [values].flat())),
  )
  return `  statement {
    sid       = ${string(Sid)}
    effect    = "Allow"
    actions   = ${list([Action])}
    resources = ${list([Resource])}

${conditions.join('\n\n')}
  }`
}

function conditionBlock(test: string, variable: string, values: readonly string[]): string {
  return `    condition {
      test     = ${string(test)}
      variable = ${string(variable)}
      values   = ${list(values)}
    }`
}

function list(texts: readonly string[]): string {
  return `[${texts.map(string).join(', ')}]`
}

// HCL has no \b and no \f, and begins a template with ${ or %{ between its quotation marks too, unless the first of the
// two is written by its number. (Doubled it would do as well, but what `$$${` is, is nowhere said.)
function string(text: string): string {
  return quoted(text, withCapitalU)
    .replace(/\\[\\bf]/g, (short) => shortEscapes[short] ?? short)
    .replace(/[$%](?=\{)/g, (sign) => (sign === '$' ? '\\u0024' : '\\u0025'))
}

const shortEscapes: Readonly<Record<string, string>> = { '\\b': '\\u0008', '\\f': '\\u000c' }
