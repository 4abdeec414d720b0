// A process of its own that measures and says what it found as JSON, in the last line that it prints.

import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** @throws where it fails, with what it printed */
export async function runChild(
  arguments_: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const child = spawn(process.execPath, arguments_, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`node ${arguments_.join(' ')} ended with ${code}:\n${printed}`)
  return JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '')
}
