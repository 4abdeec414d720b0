// Options that were made in another realm, of which Node alone can make one.

import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createVerifier, requireWebIdentity } from '../../src/verify/index.ts'
import { ACCOUNT, AUDIENCE, localVerifier } from './support.ts'

test('plain options of another realm are taken', async () => {
  const options = runInNewContext(`({ audience: '${AUDIENCE}', account: '${ACCOUNT}' })`)
  expect(() => createVerifier(options)).not.toThrow()
  const guardOptions = runInNewContext('({ authorize: () => false })')
  const guard = requireWebIdentity(await localVerifier(), () => new Response(), guardOptions)
  expect((await guard(new Request(AUDIENCE))).status).toBe(401)
})

test('and those of a class of another realm are not', () => {
  const options = runInNewContext('new (class Policy { authorize() { return false } })()')
  const guard = () =>
    requireWebIdentity(
      { verify: () => Promise.reject(), prefetch: async () => {} },
      () => new Response(),
      options,
    )
  expect(guard).toThrow(/^options must be a plain object/)
})
