import { assert } from 'chai'
import { TOKEN, tokenReply } from '../../support/replies.ts'
import { about, rejectionOf, type ScriptedReply, type Sentences } from '../sentence.ts'

const INPUT = { audience: ['https://api.example.com'], signingAlgorithm: 'ES384' } as const
const headers = { 'content-type': 'text/xml' }

export const streams: Sentences = ({ lab, makeClient }) => {
  const mintAt = async (reply: ScriptedReply) => {
    const { endpoint } = await lab.script({ headers, ...reply })
    return makeClient({ endpoint }).getWebIdentityToken(INPUT)
  }

  return about('streams', {
    'a reply that comes in pieces is read as one': async () => {
      const pieces = tokenReply().match(/.{1,40}/gs) ?? []
      assert.propertyVal(await mintAt({ body: pieces, every: 5 }), 'webIdentityToken', TOKEN)
    },
    'a character that is cut in two is read as one': async () => {
      const bytes = new TextEncoder().encode(tokenReply().replace('<Expiration>', '<A>é😀</A><Expiration>'))
      const cut = bytes.indexOf(0xc3) + 1
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(bytes.slice(0, cut))
          controller.enqueue(bytes.slice(cut))
          controller.close()
        },
      })
      const fetch = async () => new Response(stream, { headers })
      assert.property(await makeClient({ fetch }).getWebIdentityToken(INPUT), 'webIdentityToken')
    },
    'a reply that breaks off is an incomplete_body': async () => {
      const error = await rejectionOf(
        mintAt({
          headers: { 'content-length': String(tokenReply().length) },
          body: [tokenReply().slice(0, 300)],
          breaks: 'within the body',
        }),
      )
      assert.include(error, {
        name: 'ResponseError',
        code: 'incomplete_body',
        statusCode: 200,
        retryable: true,
      })
    },
    'a connection that breaks before the headers is a network_failure': async () => {
      const error = await rejectionOf(mintAt({ breaks: 'before the headers' }))
      assert.include(error, { name: 'ResponseError', code: 'network_failure', statusCode: undefined })
    },
    'a reply that is too large is refused while it comes': async () => {
      const error = await rejectionOf(
        mintAt({ body: Array.from({ length: 40 }, () => 'x'.repeat(4096)), every: 1 }),
      )
      assert.include(error, { name: 'ResponseError', code: 'too_large', retryable: false })
    },
    'a reply without an end is refused when it is too large': async () => {
      let pulled = 0
      const stream = new ReadableStream<Uint8Array>({
        pull(controller) {
          pulled += 1
          controller.enqueue(new Uint8Array(8192).fill(0x20))
        },
      })
      const fetch = async () => new Response(stream, { headers })
      const error = await rejectionOf(makeClient({ fetch }).getWebIdentityToken(INPUT))
      assert.equal(error.code, 'too_large')
      assert.isBelow(pulled, 30)
    },
    'bytes that are no UTF-8 are refused': async () => {
      const error = await rejectionOf(mintAt({ bytes: btoa('\xff\xfe<a/>') }))
      assert.equal(error.code, 'unexpected_content')
    },
    'an empty reply is refused': async () => {
      assert.equal((await rejectionOf(mintAt({ body: [] }))).code, 'unexpected_content')
    },
  })
}
