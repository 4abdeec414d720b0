// What to try, as commands to copy into another terminal. The secrets are those of dev/policy.json: everybody can read them
// here, so no other policy may have them, and `npm run check:policy` refuses one that does.

import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from '../demo/report.ts'
import { API_AUDIENCE } from './api.ts'
import type { Aws, Identity } from './aws.ts'

export const CONSOLE_SECRET = 'dev-only-secret-of-the-console'
const SCRIPT_SECRET = 'dev-only-secret-of-the-caller-script'

/** Whom the web identity tokens of callers are for: `webIdentity.audience` of dev/policy.json. */
const BROKER_AUDIENCE = 'https://broker.example.com'

/** What is running: addresses, and the file of the policy. */
export interface Stand {
  readonly broker: string
  readonly caller: string
  readonly api: string
  readonly aws: Aws
  readonly policy: string
}

/** The Node that runs this, which reads .ts: npm puts it in front of PATH, where another terminal may have an older one. */
const NODE = shown(process.execPath)
const SCRIPT = fileURLToPath(new URL('caller-script.ts', import.meta.url))
const CHECK_POLICY = fileURLToPath(new URL('../check-policy.ts', import.meta.url))
const OWN_CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** The command line of the package: this repository's own, or in a fork the one that is installed. */
const CLI = existsSync(OWN_CLI) ? `${NODE} ${shown(OWN_CLI)}` : 'npx aws-web-identity'

/** A token, by each of the ways in. */
export function callingCommands({ broker, caller, api, aws }: Stand): Command[] {
  const asked = `--json '{"audience":"${API_AUDIENCE}"}'`
  const token = `${CLI} token --audience ${BROKER_AUDIENCE} --algorithm ES384 --format curl`
  return [
    {
      purpose: 'with a secret',
      command: `curl '${broker}/token' -H 'Authorization: Bearer ${SCRIPT_SECRET}' ${asked}`,
    },
    {
      purpose: 'as a Lambda function, with a web identity token of its own in the place of a secret',
      command: `${as(aws.workload, aws)} ${token} | curl --config - '${broker}/token' ${asked}`,
    },
    {
      purpose: 'from another Worker, through a service binding: what its token says',
      command: `curl '${caller}/'`,
    },
    {
      purpose: 'a program with a secret, which calls an API with its token; --every 10 goes on',
      command: `BROKER_URL='${broker}' BROKER_SECRET='${SCRIPT_SECRET}' API_URL='${api}/' ${NODE} ${shown(SCRIPT)}`,
    },
    { purpose: 'the same API, without a token', command: `curl -i '${api}/'` },
  ]
}

/** The policy, and secrets. */
export function policyCommands({ policy }: Stand): Command[] {
  const caller = '{ "name": "me", "secrets": [{ "sha256": "…" }], "audiences": ["https://api.example.com"] }'
  return [
    {
      purpose:
        'a secret, and its hash, which alone stands in the policy. To rotate one: both hashes there, until its caller has the new secret',
      command: `secret=$(openssl rand -base64 32); echo "$secret"; printf %s "$secret" | sha256sum`,
    },
    {
      purpose: `a caller more, beside the others in callers: ${caller}`,
      command: `"\${EDITOR:-vi}" ${shown(policy)}`,
    },
    {
      purpose: 'whether it is a policy, and what is wrong with it',
      command: `${NODE} ${shown(CHECK_POLICY)} ${shown(policy)}`,
    },
  ]
}

/** What can go wrong. Tokens that are kept go on; another duration is another token. */
export function breakingCommands({ broker, aws }: Stand): Command[] {
  const faults = `'${aws.url}/_emulator/faults'`
  const federation = (what: string) => `${as(aws.admin, aws)} ${CLI} ${what} --yes`
  return [
    {
      purpose: 'STS is out',
      command: `curl -X PUT ${faults} --json '[{"operation":"GetWebIdentityToken","status":503}]'`,
    },
    {
      purpose: 'then a token that is kept is still given, and a new one is not',
      command: `curl '${broker}/token' -H 'Authorization: Bearer ${SCRIPT_SECRET}' --json '{"audience":"${API_AUDIENCE}","durationSeconds":600}'`,
    },
    {
      purpose: 'STS throttles: one call in 20 seconds, so of two new tokens (600 seconds, then 660) one',
      command: `curl -X PUT ${faults} --json '[{"throttle":{"ratePerSecond":0.05,"burst":1}}]'`,
    },
    {
      purpose: 'AWS’s clock is 20 minutes ahead: the next new token comes all the same',
      command: `curl -X PUT ${faults} --json '[{"dateOffsetMs":1200000}]'`,
    },
    {
      purpose: 'STS is well again: ask once more, some seconds later',
      command: `curl -X DELETE ${faults}`,
    },
    {
      purpose: 'the account’s federation off, which STS knows ten seconds later',
      command: federation('disable'),
    },
    { purpose: 'and on again', command: federation('enable') },
  ]
}

function as(identity: Identity, { url, region }: Aws): string {
  const variables = { AWS_ENDPOINT_URL: url, AWS_REGION: region, ...identity }
  return Object.entries(variables)
    .map(([name, value]) => `${name}='${value}'`)
    .join(' ')
}

// As it is entered where this was started.
function shown(path: string): string {
  const fromHere = relative('', path)
  return `'${fromHere.startsWith('..') ? path : fromHere}'`
}
