// A token of an emulator, by its own clock.

import type { Emulator } from '../../src/emulator/index.ts'
import { type GetWebIdentityTokenInput, StsClient } from '../../src/index.ts'

export const audience = 'https://api.example.com'

export async function mint(
  { fetch, credentials }: Emulator,
  input: Partial<GetWebIdentityTokenInput> = {},
): Promise<string> {
  const sts = new StsClient({ region: 'eu-central-1', credentials, fetch })
  const asked = { audience: [audience], signingAlgorithm: 'ES384', ...input } as const
  return (await sts.getWebIdentityToken(asked)).webIdentityToken
}
