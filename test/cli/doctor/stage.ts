// An emulator that is served, perhaps with something wrong in front of it, and what the doctor says of it.

import { onTestFinished } from 'vitest'
import { createEmulator, type Emulator, type EmulatorOptions } from '../../../src/emulator/index.ts'
import { serve } from '../../../src/emulator/node.ts'
import { finished } from '../run-cli.ts'
import { bareEnvironment } from '../served-emulator.ts'

export const user = {
  arn: 'arn:aws:iam::123456789012:user/ci',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'secret-that-nobody-prints',
} as const

export const audience = 'https://api.example.com'

export interface Stage {
  readonly emulator: Emulator
  readonly url: string
  readonly env: Record<string, string>
}

type Answer = (request: Request, answer: () => Promise<Response>) => Promise<Response>

/** @param instead stands in front of the emulator */
export async function stage(
  options: EmulatorOptions = {},
  instead: Answer = (_, answer) => answer(),
): Promise<Stage> {
  const emulator = createEmulator({ principals: [user], ...options })
  const { url, close } = await serve({
    servedAt: (address) => emulator.servedAt(address),
    fetch: (input) => {
      const request = new Request(input)
      return instead(request, () => emulator.fetch(request))
    },
  })
  onTestFinished(close)
  const { accessKeyId, secretAccessKey, sessionToken = '' } = emulator.credentials
  const env = {
    ...bareEnvironment(),
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'eu-central-1',
  }
  return { emulator, url, env }
}

/** What the doctor says to a program. */
export async function consult(env: Record<string, string>, args: readonly string[] = []) {
  const { code, out, err } = await finished(['doctor', '--json', '--audience', audience, ...args], env)
  // Where it is none, the test shows what it is.
  const said = JSON.parse(out) as Diagnosis
  return {
    code,
    out,
    err,
    culprit: said.culprit,
    step: (name: string) => said.steps.find((each) => each.name === name),
    results: (result: string) => said.steps.filter((each) => each.result === result).map(({ name }) => name),
  }
}

interface Diagnosis {
  readonly healthy: boolean
  readonly culprit: string | null
  readonly steps: readonly {
    readonly name: string
    readonly result: string
    readonly fact?: string
    readonly cause?: string
    readonly remedy?: string
    readonly command?: string
  }[]
}
