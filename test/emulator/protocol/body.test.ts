import { expect, test } from 'vitest'
import { maximumBodyBytes, readBody } from '../../../src/emulator/protocol/body.ts'
import { Fault } from '../../../src/emulator/protocol/fault.ts'

/** A message of Firefox, which shows no stream. */
const withoutStream = (bytes: number) => ({
  // Which the type of a body does not foresee.
  body: undefined as unknown as null,
  arrayBuffer: async () => new Uint8Array(bytes).fill(7).buffer,
})

test.each([
  ['with a stream', (bytes: number) => new Response(new Uint8Array(bytes).fill(7))],
  ['without a stream', withoutStream],
])('a body %s is read up to a mebibyte', async (_, make) => {
  expect(await readBody(make(3))).toEqual(Uint8Array.of(7, 7, 7))
  expect(await readBody(make(maximumBodyBytes))).toHaveLength(maximumBodyBytes)
  await expect(readBody(make(maximumBodyBytes + 1))).rejects.toThrow(Fault)
})
