// Writes the JSON Schemas by which editors complete and check a configuration of the emulator and a policy of the Worker,
// from the very schemas that check them at run time, and from the docstrings of the emulator's types; with --check it only
// tells, by its exit code, whether the files are what it would write.

import { readFileSync, writeFileSync } from 'node:fs'
import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema'
import ts from 'typescript'
import { configSchema } from '../src/cli/emulator/config-schema.ts'
import { policySchema } from '../worker-example/policy/policy.ts'

const sources = [
  'src/emulator/options.ts',
  'src/emulator/account/account.ts',
  'src/emulator/account/principal.ts',
  'src/emulator/faults/fault.ts',
]

const docstrings = new Map(sources.flatMap(interfacesOf))
const files = {
  'emulator-config.schema.json': emulatorConfig(),
  'worker-example/policy.schema.json': policy(),
}

for (const [file, schema] of Object.entries(files)) {
  const text = `${JSON.stringify(withoutNothing(schema), null, 2)}\n`
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text)
  } else if (text !== readFileSync(file, 'utf8')) {
    process.stderr.write(`${file} is stale: run \`npm run config-schema\`.\n`)
    process.exitCode = 1
  }
}

function emulatorConfig(): JsonSchema {
  const definitions = JSON.parse(readFileSync('tools/policy.schema.json', 'utf8')) as Record<
    string,
    JsonSchema
  >
  const { $schema, ...rest } = toJsonSchema(configSchema, {
    typeMode: 'input',
    // What only code can check is checked at run time.
    errorMode: 'ignore',
    overrideSchema({ valibotSchema, jsonSchema }) {
      if (valibotSchema.type === 'date') return { type: 'string', format: 'date-time' }
      if (valibotSchema.type === 'custom') return { $ref: '#/definitions/policy' }
      return described(jsonSchema)
    },
  })
  return {
    ...($schema !== undefined && { $schema }),
    title: 'Configuration of npx aws-web-identity emulator',
    ...described(rest, docstrings.get('EmulatorOptions')),
    definitions,
  }
}

// Its schemas say themselves what each member is for.
function policy(): JsonSchema {
  const { $schema, ...rest } = toJsonSchema(policySchema, { typeMode: 'input', errorMode: 'ignore' })
  return { ...($schema !== undefined && { $schema }), title: 'Policy of the token broker', ...rest }
}

type Docstrings = ReadonlyMap<string, string>

/** Gives the properties the docstrings of the interface that has the same ones. */
function described(json: JsonSchema, docs = docstringsFor(json)): JsonSchema {
  const properties = Object.entries(json.properties ?? {}).map(([name, property]) => {
    const description = docs?.get(name)
    if (!description || typeof property === 'boolean') return [name, property] as const
    // Draft 7 ignores what stands beside a reference.
    return [
      name,
      property.$ref === undefined ? { description, ...property } : { description, allOf: [property] },
    ]
  })
  return properties.length === 0 ? json : { ...json, properties: Object.fromEntries(properties) }
}

function docstringsFor({ properties = {} }: JsonSchema): Docstrings | undefined {
  const names = Object.keys(properties).sort().join()
  return [...docstrings.values()].find((docs) => [...docs.keys()].sort().join() === names)
}

function interfacesOf(source: string): (readonly [string, Docstrings])[] {
  const parsed = ts.createSourceFile(source, readFileSync(source, 'utf8'), ts.ScriptTarget.Latest, true)
  return parsed.statements.filter(ts.isInterfaceDeclaration).map((declared) => {
    const docs = declared.members.map(
      (member) => [member.name?.getText() ?? '', docstringOf(member)] as const,
    )
    return [declared.name.text, new Map(docs)]
  })
}

// As an editor shows it: one paragraph, without the marks of code.
function docstringOf(node: ts.Node): string {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc)
  return comments
    .map(({ comment }) => (typeof comment === 'string' ? comment : ''))
    .join(' ')
    .replace(/\s+/g, ' ')
}

/** Without the empty lists that the library writes where nothing is required. */
function withoutNothing(json: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(json), (key, value: unknown) =>
    key === 'required' && Array.isArray(value) && value.length === 0 ? undefined : value,
  ) as JsonSchema
}
