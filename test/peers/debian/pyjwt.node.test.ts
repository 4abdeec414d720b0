// Debian's PyJWT as a relying party that finds the issuer's keys by discovery.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmulator } from '../../../src/emulator/index.ts'
import { serve } from '../../../src/emulator/node.ts'
import { type SigningAlgorithm, StsClient } from '../../../src/index.ts'
import { environmentOf } from './environment.ts'
import { type Python, startPython } from './python.ts'

const audience = 'https://api.example.com'
const emulator = createEmulator()
const { credentials } = emulator
let server: Awaited<ReturnType<typeof serve>>
let python: Python
beforeAll(async () => {
  server = await serve(emulator)
  python = startPython('jwt_verify.py', environmentOf({ credentials }))
})
afterAll(async () => {
  await python.end()
  await server.close()
})

async function mint(signingAlgorithm: SigningAlgorithm): Promise<string> {
  const sts = new StsClient({ region: 'eu-west-1', endpoint: server.url, credentials })
  const { webIdentityToken } = await sts.getWebIdentityToken({
    audience: [audience, 'urn:other'],
    signingAlgorithm,
    tags: [{ key: 'gr\u00f6\u00dfe', value: '\u{20000}' }],
  })
  return webIdentityToken
}

const verify = (token: string, algorithm: SigningAlgorithm, pins: object = {}) =>
  python.ask({ issuer: emulator.issuer, audience, algorithm, token, ...pins })

describe.each<SigningAlgorithm>(['RS256', 'ES384'])('PyJWT', (algorithm) => {
  test(`verifies ${algorithm} with the published keys`, async () => {
    expect(await verify(await mint(algorithm), algorithm)).toMatchObject({
      claims: {
        iss: emulator.issuer,
        aud: [audience, 'urn:other'],
        sub: 'arn:aws:iam::123456789012:user/developer',
        'https://sts.amazonaws.com/': { request_tags: { 'gr\u00f6\u00dfe': '\u{20000}' } },
      },
    })
  })

  test(`refuses ${algorithm} for another audience, and with the claims of another token`, async () => {
    const token = await mint(algorithm)
    const [header, , signature] = token.split('.')
    const [, payload] = (await mint(algorithm)).split('.')
    expect(await verify(token, algorithm, { audience: 'https://other.example.com' })).toMatchObject({
      refused: 'InvalidAudienceError',
    })
    expect(await verify(`${header}.${payload}.${signature}`, algorithm)).toMatchObject({
      refused: 'InvalidSignatureError',
    })
  })
})
