// `npm run parties`: an emulator of AWS and a stand-in for each relying party, to try the pages of docs/relying-parties.

import { createEmulator } from 'aws-web-identity/emulator'
import { serve } from 'aws-web-identity/emulator/node'
import { kebabCase } from '../../src/cli/preset/kebab-case.ts'
import { presetMakers } from '../../src/exchange/preset-schemas.ts'
import { known } from './parties.ts'
import { serveParties } from './party-server.ts'

const emulator = createEmulator()
const { url } = await serve(emulator)
const server = await serveParties(emulator.issuer)
const { accessKeyId, secretAccessKey } = emulator.credentials

const lines = Object.entries(known).map(([name, options]) => {
  const steps = presetMakers[name]?.make(options).exchange?.steps ?? []
  const [first, second] = steps.map(({ endpoint }) => server.at(endpoint))
  const origin = second === undefined ? '' : ` --iam-credentials-endpoint ${second.replace(/\/v1\/.*/, '')}`
  const flags = Object.entries(options).map(([option, value]) => ` --${kebabCase(option)} ${value}`)
  return `npx aws-web-identity token --preset ${kebabCase(name)}${flags.join('')} --exchange \\\n  --token-endpoint ${first}${origin}`
})

process.stdout.write(`An emulator of AWS, and a stand-in for each party. In another terminal:

export AWS_ACCESS_KEY_ID=${accessKeyId}
export AWS_SECRET_ACCESS_KEY=${secretAccessKey}
export AWS_ENDPOINT_URL=${url}
export AWS_REGION=us-east-1

${lines.join('\n\n')}
`)
