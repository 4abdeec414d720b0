import { assert } from 'chai'
import { damagedReplies } from '../../support/damaged-replies.ts'
import { goodReplies } from '../../support/good-replies.ts'
import { TOKEN } from '../../support/replies.ts'
import { about, rejectionOf, type Sentences } from '../sentence.ts'

const INPUT = { audience: ['https://api.example.com'], signingAlgorithm: 'ES384' } as const

export const xml: Sentences = ({ library: { core }, makeClient }) => {
  const mint = (body: string | Uint8Array) => {
    const headers = { 'content-type': 'text/xml' }
    // The bytes are of no shared memory.
    const fetch = async () => new Response(body as BodyInit, { headers })
    return makeClient({ fetch }).getWebIdentityToken(INPUT)
  }
  const good = Object.entries(goodReplies).map(([name, body]) => [
    `read the same: ${name}`,
    async () => {
      const { webIdentityToken, expiration } = await mint(body)
      assert.equal(webIdentityToken, TOKEN)
      assert.equal(expiration.toISOString(), '2026-09-11T18:36:48.279Z')
    },
  ])
  const damaged = Object.entries(damagedReplies).map(([name, body]) => [
    `refused: ${name}`,
    async () => {
      const error = await rejectionOf(mint(body))
      assert.instanceOf(error, core.ResponseError)
      assert.equal(error.code, 'unexpected_reply')
      assert.notInclude(String(error), 'eyJ')
    },
  ])
  return about('XML', Object.fromEntries([...good, ...damaged]))
}
