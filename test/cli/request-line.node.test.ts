import { expect, test } from 'vitest'
import { paintFor } from '../../src/cli/colours.ts'
import { requestLine } from '../../src/cli/emulator/request-line.ts'
import type { EmulatorRequest } from '../../src/emulator/request-log.ts'

const plain = paintFor(process.stdout, { FORCE_COLOR: '0' })
const request: EmulatorRequest = {
  time: '2026-11-25T00:00:00.000Z',
  service: 'sts',
  statusCode: 400,
  errorCode: 'InvalidAction',
  errorMessage: 'x'.repeat(4096),
  requestId: 'id',
  durationMs: 1,
}

test('is one line of a terminal, however long an operation a client names', () => {
  expect(requestLine({ ...request, operation: 'A'.repeat(4096) }, plain, 120)).toHaveLength(120)
  expect(requestLine({ ...request, operation: 'A'.repeat(4096) }, plain, 40).length).toBeLessThan(120)
  const operation = 'AssumeRoleWithWebIdentity'
  expect(requestLine({ ...request, operation }, plain, 120)).toContain(`  ${operation}  `)
})
