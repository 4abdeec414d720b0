import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { INPUT, TOKEN, tokenReply } from '../support/client.ts'
import { xmlReply } from '../support/scripted-fetch.ts'

const happened: string[] = []

// A client whose parser's module is not loaded yet, and tells when it is.
async function freshClient(fetch: () => Promise<Response>) {
  const { makeClient } = await import('../support/client.ts')
  return makeClient({ fetch })
}

const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

beforeEach(() => {
  happened.length = 0
  vi.resetModules()
  vi.doMock('@xmldom/xmldom/lib/sax.js', async (importOriginal) => {
    happened.push('the parser is loaded')
    return importOriginal()
  })
})
afterEach(() => void vi.doUnmock('@xmldom/xmldom/lib/sax.js'))

test('the parser is loaded while the request is under way, once, and not before', async () => {
  const client = await freshClient(async () => {
    happened.push('the request is sent')
    await later(50)
    happened.push('the response comes')
    return xmlReply(tokenReply())
  })
  expect(await client.getWebIdentityToken(INPUT)).toHaveProperty('webIdentityToken', TOKEN)
  expect(happened).toEqual(['the request is sent', 'the parser is loaded', 'the response comes'])
  await client.getWebIdentityToken(INPUT)
  expect(happened.filter((each) => each === 'the parser is loaded')).toHaveLength(1)
})

test('the parser is not loaded for a request that fails at once', async () => {
  const client = await freshClient(() => Promise.reject(new TypeError('offline')))
  await expect(client.getWebIdentityToken(INPUT)).rejects.toThrow('offline')
  await later(20)
  expect(happened).toEqual([])
})
