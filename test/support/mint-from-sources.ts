// Mints and decodes a token, from the sources; run by several runtimes as it stands.

import { decodeJwt } from 'jose'
import { createEmulator } from '../../src/emulator/index.ts'
import { StsClient } from '../../src/index.ts'

const { fetch, credentials } = createEmulator()
const sts = new StsClient({ region: 'us-east-1', credentials, fetch })
const { webIdentityToken } = await sts.getWebIdentityToken({
  audience: ['https://api.example.com'],
  signingAlgorithm: 'ES384',
})
console.log(decodeJwt(webIdentityToken).sub)
