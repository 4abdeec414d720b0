// Debian's AWS CLI as a person at a terminal meets it: what it prints, and its exit code.
// https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-returncodes.html

import { expect } from 'vitest'
import { type Caller, environmentOf } from './environment.ts'
import { type Outcome, run } from './run.ts'

export interface Terminal extends Caller {
  readonly endpoint: string
  readonly proxy?: string
  /** What the CLI's clock shows, standing still: `YYYY-MM-DD hh:mm:ss` of UTC. */
  readonly clock?: string
}

/** Runs `aws` with what a person would type behind it. */
export function aws(
  args: readonly string[],
  { endpoint, proxy, clock, ...caller }: Terminal,
): Promise<Outcome> {
  const command = ['/usr/bin/aws', '--endpoint-url', endpoint, ...args]
  return run(clock === undefined ? command : ['/usr/bin/faketime', '-f', clock, ...command], {
    ...environmentOf(caller),
    ...(proxy !== undefined && { http_proxy: proxy }),
  })
}

/** What it prints where all went well. */
export async function output(outcome: Promise<Outcome>): Promise<unknown> {
  const { stdout, stderr, exitCode } = await outcome
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
  return stdout === '' ? undefined : JSON.parse(stdout)
}

/** What it shows where the service refused. */
export function refusal(operation: string, code: string, message: string): Outcome {
  const stderr = `\nAn error occurred (${code}) when calling the ${operation} operation: ${message}\n`
  return { stdout: '', stderr, exitCode: 254 }
}

/** What a person types to mint a token. Version 1 of the CLI would fetch an audience that looks like a URL. */
export const mint = (input: object) => [
  'sts',
  'get-web-identity-token',
  '--cli-input-json',
  JSON.stringify(input),
]

/** What a person types to learn who calls. */
export const whoami = ['sts', 'get-caller-identity']

/** An input that is as good as any other. */
export const anyInput = { Audience: ['https://api.example.com'], SigningAlgorithm: 'ES384' }
