// What the emulator says when it has begun: lines to paste into another terminal, and a first call to try.

import type { Emulator } from '../../emulator/emulator.ts'
import type { Paint } from '../colours.ts'
import { shellQuoted } from '../shell-quoted.ts'

/** The region of what is printed; the emulator itself answers for any. */
const region = 'us-east-1'

/** What began, and where. */
export interface Started {
  readonly emulator: Pick<Emulator, 'credentials' | 'endpoint' | 'issuer'>
  readonly version: string
  /** Ways to look at it or to reach it, by their names. */
  readonly places: Readonly<Record<string, string>>
}

/** For people. */
export function startText({ emulator, version, places }: Started, paint: Paint): string {
  const { endpoint, issuer } = emulator
  const list = Object.entries({ issuer, ...places }).map(
    ([name, place]) => `  ${paint('dim', name.padEnd(8))}${paint('cyan', place)}`,
  )
  return `
${paint('bold', 'AWS emulator')} ${paint('dim', version)}

${list.join('\n')}

${paint('dim', 'Paste into another terminal:')}

${indent(exports(emulator))}

${paint('dim', 'and try it:')}

${indent([awsLine(endpoint), ...curlLines(emulator)])}
`
}

/** For a program: one object for the line, which holds the keys as the text does. */
export function startObject({
  emulator: { credentials, endpoint, issuer },
  version,
  places,
}: Started): object {
  return { event: 'start', version, endpoint, region, issuer, credentials, ...places }
}

// A session token of other credentials would go along with these keys, and be refused.
function exports({ credentials, endpoint }: Started['emulator']): string[] {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  return [
    `export AWS_ACCESS_KEY_ID=${shellQuoted(accessKeyId)}`,
    `export AWS_SECRET_ACCESS_KEY=${shellQuoted(secretAccessKey)}`,
    sessionToken === undefined
      ? 'unset AWS_SESSION_TOKEN'
      : `export AWS_SESSION_TOKEN=${shellQuoted(sessionToken)}`,
    `export AWS_ENDPOINT_URL=${endpoint}`,
    `export AWS_REGION=${region}`,
  ]
}

// Versions of the AWS CLI that know neither AWS_ENDPOINT_URL nor AWS_REGION are still in Debian.
function awsLine(endpoint: string): string {
  return `aws sts get-caller-identity --endpoint-url ${endpoint} --region ${region}`
}

function curlLines({ credentials, endpoint }: Started['emulator']): string[] {
  const token = credentials.sessionToken !== undefined && ['-H "x-amz-security-token: $AWS_SESSION_TOKEN"']
  const parts = [
    `curl ${endpoint}/ --aws-sigv4 aws:amz:${region}:sts`,
    '--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"',
    ...(token || []),
    '-d Action=GetWebIdentityToken -d Version=2011-06-15',
    '-d SigningAlgorithm=ES384 -d Audience.member.1=https://api.example.com',
  ]
  return parts.map(
    (part, index) => `${index === 0 ? '' : '  '}${part}${index < parts.length - 1 ? ' \\' : ''}`,
  )
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n')
}
