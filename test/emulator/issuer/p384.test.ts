// The public half of a key on P-384, by the platform's own arithmetic.

import { expect, test } from 'vitest'
import { multipliedBase } from '../../../src/emulator/issuer/p384.ts'
import { seededEcKey } from '../../../src/emulator/issuer/seeded-keys.ts'

const hex = (value: bigint) => value.toString(16).padStart(96, '0')

// NIST's test vectors for P-384.
test.each([
  [
    1n,
    'aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7',
    '3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f',
  ],
  [
    2n,
    '08d999057ba3d2d969260045c55b97f089025959a6f434d651d207d19fb96e9e4fe0e86ebe0e64f85b96a9c75295df61',
    '8e80f1fa5b1b3cedb7bfe8dffd6dba74b275d875bc6cc43e904e505f256ab4255ffd43e94d39e22d61501e700a940e80',
  ],
])('%s times the base', (factor, x, y) => {
  const point = multipliedBase(factor)
  expect([hex(point.x), hex(point.y)]).toEqual([x, y])
})

test('a key of a seed is one to the platform, also where a number has zeros in front', async () => {
  const key = await seededEcKey('seed 3', 'a key')
  const { d = '', ...open } = key
  expect(d).toMatch(/^A[A-P].{62}$/)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-384' }
  await crypto.subtle.importKey('jwk', key, algorithm, false, ['sign'])
  await crypto.subtle.importKey('jwk', open, algorithm, false, ['verify'])
})
