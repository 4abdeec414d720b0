import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { leastPolicy, type PolicyDocument } from '../../../src/cli/policy/document.ts'
import { formats } from '../../../src/cli/policy/format.ts'
import { readHcl } from './read-hcl.ts'

const plain = leastPolicy({
  audience: ['https://api.example.com', 'api://second'],
  algorithm: ['ES384'],
  maxDuration: 600,
  tags: [
    { key: 'team', values: ['blue', 'red'] },
    { key: 'env', values: [] },
  ],
  account: '123456789012',
})

/** What each language makes of its text, as the document that reaches IAM. */
const evaluate: { readonly [Name in keyof typeof formats]: (text: string) => unknown } = {
  json: JSON.parse,
  cloudformation: (text) => {
    const unknownTags = { customTags: [{ tag: '!Ref', resolve: (name: string) => ({ Ref: name }) }] }
    return parse(text, unknownTags).Resources.WebIdentityTokenPolicy.Properties.PolicyDocument
  },
  cdk: evaluateCdk,
  terraform: evaluateTerraform,
}

describe.each(Object.keys(formats) as (keyof typeof formats)[])('%s', (format) => {
  test('says what the JSON says', () => {
    expect(evaluate[format](formats[format](plain))).toEqual(plain)
  })

  test('says it of any audience that it can', () => {
    const awkward = fc.constantFrom(
      '"',
      "'",
      '\\',
      '\n',
      '\r',
      '\t',
      '\b',
      '\f',
      '\0',
      '${',
      '%{',
      '$${',
      '{{',
      ': ',
      ' #',
    )
    const odd = fc.constantFrom('\u{2028}', '\u{202e}', '\u{85}', '\u{feff}', '\u{e0001}', '\u{1f600}', 'é')
    const text = fc.array(fc.oneof(awkward, odd, fc.string({ unit: 'binary' })), { minLength: 1 })
    fc.assert(
      fc.property(
        text.map((parts) => parts.join('')),
        (audience) => {
          fc.pre(!/&\{|\{\{resolve:/.test(audience) && audience !== '')
          const document = leastPolicy({ audience: [audience] })
          expect(evaluate[format](formats[format](document))).toEqual(document)
        },
      ),
      { numRuns: 40 },
    )
    // A compiler takes its time on a busy machine.
  }, 60_000)

  test('has no character that could command a terminal', () => {
    const document = leastPolicy({ audience: ['\u{1b}[2J\u{202e}\u{9b}\u{e0001}'] })
    expect(formats[format](document)).not.toMatch(/(?!\n)[\p{C}]/u)
  })
})

test('what a language would replace is refused, with the language', () => {
  const of = (audience: string) => leastPolicy({ audience: [audience] })
  const secret = '{{resolve:secretsmanager:key}}'
  expect(() => formats.terraform(of('x&{aws:username}'))).toThrow(
    'format cannot be terraform, which replaces what begins with &{ in x&{aws:username}',
  )
  expect(() => formats.cloudformation(of(secret))).toThrow('format cannot be cloudformation')
  expect(() => formats.cdk(of(secret))).toThrow('format cannot be cdk')
  expect(evaluate.json(formats.json(of(secret)))).toEqual(of(secret))
})

// The text as TypeScript compiles and runs it, against a stand-in that keeps what the CDK is given.
function evaluateCdk(text: string): PolicyDocument {
  const { outputText, diagnostics } = ts.transpileModule(text, {
    reportDiagnostics: true,
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  })
  expect(diagnostics).toEqual([])
  class PolicyStatement {
    readonly props: CdkProps
    constructor(props: CdkProps) {
      this.props = props
    }
  }
  const exports: { webIdentityToken?: PolicyStatement[] } = {}
  runInNewContext(outputText, { exports, require: () => ({ PolicyStatement }) })
  const Statement = (exports.webIdentityToken ?? []).map(
    ({ props: { sid, actions, resources, conditions } }) => statementOf(sid, actions, resources, conditions),
  )
  // From another realm, whose arrays are none of ours.
  return structuredClone({ Version: '2012-10-17', Statement })
}

interface CdkProps {
  sid: string
  actions: string[]
  resources: string[]
  conditions: PolicyDocument['Statement'][number]['Condition']
}

function evaluateTerraform(text: string): PolicyDocument {
  const { type, labels, body } = readHcl(text)
  expect({ type, labels }).toEqual({
    type: 'data',
    labels: ['aws_iam_policy_document', 'web_identity_token'],
  })
  const Statement = body.blocks.map(({ body: { attributes, blocks } }) => {
    const conditions: Record<string, Record<string, unknown>> = {}
    for (const { body: condition } of blocks) {
      const { test: operator, variable, values } = condition.attributes
      const single = singleValued.includes(String(operator)) ? [values].flat()[0] : values
      conditions[String(operator)] = { ...conditions[String(operator)], [String(variable)]: single }
    }
    expect(attributes['effect']).toBe('Allow')
    return statementOf(attributes['sid'], attributes['actions'], attributes['resources'], conditions)
  })
  return { Version: '2012-10-17', Statement } as PolicyDocument
}

// Terraform has lists alone, which IAM takes for the one value in them.
const singleValued = ['Null', 'NumericLessThanEquals']

function statementOf(Sid: unknown, actions: unknown, resources: unknown, Condition: unknown) {
  const [Action, ...otherActions] = [actions].flat()
  const [Resource, ...otherResources] = [resources].flat()
  expect([...otherActions, ...otherResources]).toEqual([])
  return { Sid, Effect: 'Allow', Action, Resource, Condition } as PolicyDocument['Statement'][number]
}
