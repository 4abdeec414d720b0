// The options by which a command reaches the same AWS as this one, as far as they stood on the line.

import type { AwsLine } from '../aws/access.ts'
import { optionWords } from '../shell-quoted.ts'

export function accessWords(line: AwsLine): readonly string[] {
  const names = ['region', 'endpoint-url', 'profile'] as const
  return names.flatMap((name) => (line[name] === undefined ? [] : optionWords(name, line[name])))
}
