import { expect, test } from 'vitest'
import { formatter } from '../../src/cli/token/formats.ts'

test('an access token with quotation marks and backslashes stays within the header of curl’s file', () => {
  const write = formatter({ format: 'curl', variable: 'TOKEN', env: {} })
  const minted = { kind: 'access', token: 'a"b\\c', expiration: new Date(0), scope: undefined } as const
  // curl reads \" as a quotation mark and \\ as a backslash.
  expect(write(minted)).toBe('header = "Authorization: Bearer a\\"b\\\\c"\n')
})
