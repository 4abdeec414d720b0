// How a shell gets credentials of the AWS CLI.
// https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html

import { optionWords, shellQuoted } from '../shell-quoted.ts'

/** A line to paste; those of the CLI's own choice without a profile. */
export function exportCredentials(profile: string | undefined): string {
  const words = profile === undefined ? [] : optionWords('profile', profile)
  const line = ['aws', 'configure', 'export-credentials', ...words, '--format', 'env']
  return `eval "$(${line.map(shellQuoted).join(' ')})"`
}
