import { assert } from 'chai'
import { AUDIENCE, attacks, forge, makeNetwork, NOW } from '../../verify/attack-table.ts'
import { about, type Sentences } from '../sentence.ts'

export const guard: Sentences = ({ library: { verify: library }, makeClient, place }) => {
  const ask = (guarded: (request: Request) => Promise<Response>, authorization?: string) =>
    guarded(
      new Request(
        'https://api.example.com/x',
        authorization === undefined ? {} : { headers: { authorization } },
      ),
    )

  const refused = attacks.map(({ group, name, server, options, now, token, code }) => [
    `refused for its ${group}: ${name}`,
    async () => {
      const bearer = await token()
      // What no header carries.
      if (typeof bearer !== 'string' || !/^[ -~]*$/.test(bearer) || bearer.trim() !== bearer) return
      const { fetch } = makeNetwork(server)
      const verifier = library.createVerifier({ ...options, fetch, now: () => now })
      let calls = 0
      const guarded = library.requireWebIdentity(verifier, () => {
        calls += 1
        return new Response()
      })
      const { status } = await ask(guarded, `Bearer ${bearer}`)
      assert.equal(calls, 0)
      assert.include(code === 'keys_unavailable' ? [503] : [400, 401], status)
    },
  ])
  const { fetch } = makeNetwork()
  const options = { audience: AUDIENCE, account: '123456789012', fetch, now: () => NOW }
  const guarded = library.requireWebIdentity(
    library.createVerifier(options),
    (_, { arn }) => new Response(arn.name),
    { realm: 'api' },
  )

  return about('guard', {
    'a caller with a token of the emulator is let in': async () => {
      const { webIdentityToken } = await makeClient().getWebIdentityToken({
        audience: [AUDIENCE],
        signingAlgorithm: 'ES384',
      })
      const verifier = library.createVerifier({ audience: AUDIENCE, issuer: place.issuer })
      const service = library.requireWebIdentity(verifier, (_, { arn }) => new Response(arn.name))
      const response = await ask(service, `Bearer ${webIdentityToken}`)
      assert.equal(response.status, 200)
      assert.equal(await response.text(), 'developer')
    },
    'a caller without a token is challenged': async () => {
      const response = await ask(guarded)
      assert.equal(response.status, 401)
      assert.equal(response.headers.get('www-authenticate'), 'Bearer realm="api"')
    },
    'a caller with a good token reaches the handler': async () => {
      const response = await ask(guarded, `Bearer ${await forge()}`)
      assert.equal(response.status, 200)
      assert.equal(await response.text(), 'issuer')
    },
    'an identity that is not authorized is forbidden': async () => {
      const service = library.requireWebIdentity(library.createVerifier(options), () => new Response(), {
        authorize: ({ subject }) => subject.endsWith('role/admin'),
      })
      assert.equal((await ask(service, `Bearer ${await forge()}`)).status, 403)
    },
    'two tokens in one header are no request': async () => {
      assert.equal((await ask(guarded, `Bearer ${await forge()}, Bearer x`)).status, 400)
    },
    ...Object.fromEntries(refused),
  })
}
