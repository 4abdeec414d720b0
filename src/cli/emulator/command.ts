// `aws-web-identity emulator`, as it describes itself.

import { defineCommand } from '../command.ts'
import { flag, text, type ValueType } from '../value-types.ts'

const port: ValueType<number> = {
  rule: 'must be a number from 0 to 65535, where 0 takes any free one',
  read(given) {
    const number = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN
    return number <= 65_535 ? number : undefined
  },
}

export const emulator = defineCommand({
  name: 'emulator',
  summary: 'a local AWS STS, IAM and OIDC issuer, whose tokens verify',
  description:
    'It prints lines to paste into another terminal, tells each request with its verdict, and shows a page. A signal ends it.',
  options: {
    port: {
      type: port,
      placeholder: 'PORT',
      description: 'where to listen; 0 takes any free port',
      default: '4566',
    },
    host: {
      type: text,
      placeholder: 'HOST',
      description: 'the address to listen on; no other machine reaches that of the default',
      default: '127.0.0.1',
    },
    config: {
      type: text,
      placeholder: 'FILE',
      description:
        'accounts, principals and policies in JSON, as emulator-config.schema.json of this package says',
    },
    state: {
      type: text,
      placeholder: 'DIR',
      description: 'keeps issuers, keys and sessions there over a restart; else all is made anew each time',
    },
    control: {
      type: flag,
      description: 'lets programs order faults, read requests and rotate keys under /_emulator/',
    },
    quiet: { type: flag, description: 'no line for each request' },
    json: {
      type: flag,
      description: 'one JSON object for the start and for each request, one a line; errors too, on stderr',
    },
  },
  examples: [
    { line: 'aws-web-identity emulator', purpose: 'an account with a user who may do everything' },
    {
      line: 'aws-web-identity emulator --port 0 --json --control',
      purpose: 'for the tests of another program: any free port, told on the first line',
    },
    {
      line: 'aws-web-identity emulator --config emulator.json --state .emulator',
      purpose: 'your own accounts and policies, and the same issuer after a restart',
    },
  ],
  run: async ({ options }) => (await import('./run.ts')).runEmulator(options),
})
