// `aws-web-identity token`, as it describes itself.

import { awsOptions } from '../aws/options.ts'
import { defineCommand } from '../command.ts'
import { printJson } from '../output.ts'
import { presetOptions, presetPlaceholder } from '../preset/more-options.ts'
import { duration, flag, keyValue, oneOf, text, type ValueType } from '../value-types.ts'
import { asksForGoogle, googleFailure } from './google.ts'
import { tokenDuration } from './token-duration.ts'

const variable: ValueType<string> = {
  rule: 'must be the name of a variable: letters, digits and underscores',
  read: (given) => (/^[A-Za-z_]\w*$/.test(given) ? given : undefined),
}

export const token = defineCommand({
  name: 'token',
  summary: 'a signed JWT by which a service outside AWS can know who calls',
  description:
    'It prints the token, and nothing else, on stdout, in the shape that the program behind it wants. The token is a secret: to its audience, whoever holds it is you.',
  options: {
    audience: {
      type: text,
      placeholder: 'AUDIENCE',
      description: 'whom the token is for, as the receiver expects it',
      repeatable: true,
    },
    algorithm: {
      type: oneOf('RS256', 'ES384'),
      placeholder: 'ALGORITHM',
      description: 'how it is signed; RS256 is understood everywhere, ES384 is shorter',
    },
    duration: {
      type: tokenDuration,
      placeholder: 'DURATION',
      description: 'how long it is valid, from 60s to 1h, such as 90, 90s, 15m or 1h; 5m when absent',
    },
    tag: {
      type: keyValue,
      placeholder: 'KEY=VALUE',
      description: 'becomes one of the token’s request_tags',
      repeatable: true,
    },
    preset: presetPlaceholder,
    exchange: {
      type: flag,
      description: 'with --preset: trades the token at the party, and gives the access token in its place',
    },
    format: {
      type: oneOf('text', 'json', 'env', 'header', 'k8s', 'google', 'curl'),
      placeholder: 'FORMAT',
      description: 'the shape of it',
      default: 'text',
    },
    variable: {
      type: variable,
      placeholder: 'NAME',
      description: 'of --format env: the variable that is exported',
      default: 'WEB_IDENTITY_TOKEN',
    },
    out: {
      type: text,
      placeholder: 'FILE',
      description:
        'writes it there, whole at every moment and for its owner alone (mode 600), and not to stdout',
    },
    watch: {
      type: flag,
      description:
        'with --out: stays, and keeps the file fresh. SIGHUP renews it at once (in a terminal it ends the program), SIGINT and SIGTERM end it and leave the file',
    },
    'minimum-validity': {
      type: duration,
      placeholder: 'DURATION',
      description:
        'with --watch: what the token in the file has left at the least; a minute, or a fifth of --duration, when absent',
    },
    ...awsOptions,
    json: { type: flag, description: 'the same as --format json; errors too, on stderr' },
  },
  moreOptions: presetOptions,
  examples: [
    {
      line: 'aws-web-identity token --audience https://api.example.com --algorithm ES384',
      purpose: 'a token of five minutes',
    },
    {
      line: 'aws-web-identity token --audience https://api.example.com --algorithm ES384 --format curl | curl --config - https://api.example.com/',
      purpose: 'call an API, with the token in no list of processes',
    },
    {
      line: 'eval "$(aws-web-identity token --audience https://api.example.com --algorithm RS256 --duration 1h --format env)"',
      purpose: 'a variable of the shell',
    },
    {
      line: 'aws-web-identity token --audience https://api.example.com --algorithm RS256 --out token.jwt --watch',
      purpose: 'for a program that reads a file of a token whenever it needs one',
    },
    {
      line: 'aws-web-identity token --audience kubernetes --algorithm RS256 --format k8s',
      purpose: 'the command of an exec plugin in a kubeconfig, whose API server knows the issuer',
    },
    {
      line: 'aws-web-identity token --preset entra --tenant contoso.onmicrosoft.com --client-id 66666666-7777-4888-9999-000000000000 --scope https://graph.microsoft.com/.default --exchange',
      purpose: 'an access token of Microsoft Entra',
    },
  ],
  run: async ({ options, more }) => (await import('./run.ts')).runToken(options, more),
  tellFailure(failure, args) {
    if (asksForGoogle(args)) printJson(googleFailure(failure))
  },
})
