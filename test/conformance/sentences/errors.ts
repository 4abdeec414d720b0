import { assert } from 'chai'
import { errorReply } from '../../support/replies.ts'
import { DENIED, ELSEWHERE } from '../principals.ts'
import { about, rejectionOf, type Sentences } from '../sentence.ts'

const INPUT = { audience: ['https://api.example.com'], signingAlgorithm: 'ES384' } as const

export const errors: Sentences = ({ library: { core }, lab, makeClient, place }) => {
  const refusedBy = async (code: string, status: number) => {
    const { endpoint } = await lab.script({
      status,
      headers: { 'content-type': 'text/xml' },
      body: [errorReply(code, 'No.')],
    })
    return rejectionOf(makeClient({ endpoint }).getWebIdentityToken(INPUT))
  }

  return about('errors', {
    'a wrong input is an InputError, and nothing is sent': async () => {
      const { endpoint, requests } = await lab.script({ status: 500 })
      const error = await rejectionOf(
        makeClient({ endpoint }).getWebIdentityToken({ ...INPUT, audience: [] }),
      )
      assert.instanceOf(error, core.InputError)
      assert.isTrue(core.isInputError(error))
      assert.equal(error.path, 'audience')
      assert.lengthOf(await requests(), 0)
    },
    'a wrong option is an InputError of the constructor': () => {
      assert.throws(() => makeClient({ region: 'us east 1' }), core.InputError, 'region')
    },
    'a denied caller gets a ServiceError with AWS’s words': async () => {
      const error = await rejectionOf(makeClient({ credentials: DENIED }).getWebIdentityToken(INPUT))
      assert.instanceOf(error, core.ServiceError)
      assert.isTrue(core.isServiceError(error))
      assert.include(error, {
        code: 'AccessDenied',
        statusCode: 403,
        fault: 'client',
        retryable: false,
        attempts: 1,
      })
      assert.match(String(error.message), /is not authorized to perform: sts:GetWebIdentityToken/)
      assert.match(String(error.requestId), /^[0-9a-f-]{36}$/)
    },
    'federation that is off has a class and a remedy': async () => {
      const error = await rejectionOf(makeClient({ credentials: ELSEWHERE }).getWebIdentityToken(INPUT))
      assert.instanceOf(error, core.OutboundWebIdentityFederationDisabledException)
      assert.isTrue(core.isOutboundWebIdentityFederationDisabledException(error))
      assert.match(String(error.message), /enable/i)
    },
    'the other exceptions of the operation have theirs': async () => {
      const session = await refusedBy('SessionDurationEscalationException', 403)
      assert.instanceOf(session, core.SessionDurationEscalationException)
      const payload = await refusedBy('JWTPayloadSizeExceededException', 400)
      assert.instanceOf(payload, core.JWTPayloadSizeExceededException)
    },
    'a wrong secret is told as such': async () => {
      const credentials = {
        ...place.credentials,
        secretAccessKey: 'another/secret+of=forty/characters012345',
      }
      const error = await rejectionOf(makeClient({ credentials }).getCallerIdentity())
      assert.include(error, { code: 'SignatureDoesNotMatch', statusCode: 403 })
    },
    'a proxy’s page is a ResponseError that quotes it': async () => {
      const { endpoint } = await lab.script({
        status: 502,
        headers: { 'content-type': 'text/html' },
        body: ['<h1>Bad Gateway</h1>'],
      })
      const error = await rejectionOf(makeClient({ endpoint }).getWebIdentityToken(INPUT))
      assert.instanceOf(error, core.ResponseError)
      assert.include(error, {
        code: 'unexpected_content',
        statusCode: 502,
        contentType: 'text/html',
        retryable: true,
      })
    },
    'a redirect is not followed': async () => {
      const target = await lab.script({ status: 200 })
      const { endpoint } = await lab.script({ status: 307, headers: { location: target.endpoint } })
      const error = await rejectionOf(makeClient({ endpoint }).getWebIdentityToken(INPUT))
      assert.instanceOf(error, core.ResponseError)
      assert.equal(error.code, 'redirect')
      assert.lengthOf(await target.requests(), 0)
    },
    'nobody at the address is a ResponseError without a status': async () => {
      const error = await rejectionOf(
        makeClient({ endpoint: 'http://127.0.0.1:1' }).getWebIdentityToken(INPUT),
      )
      assert.instanceOf(error, core.ResponseError)
      assert.include(error, { code: 'network_failure', statusCode: undefined, retryable: true })
      assert.instanceOf(error.cause, Error)
    },
    'credentials that cannot be had are a CredentialsError': async () => {
      const credentials = () => Promise.reject(new TypeError('no role'))
      const error = await rejectionOf(makeClient({ credentials }).getWebIdentityToken(INPUT))
      assert.instanceOf(error, core.CredentialsError)
      assert.isTrue(core.isCredentialsError(error))
    },
    'an error that is cloned, as between threads, keeps its message, and neither class nor code':
      async () => {
        const error = await rejectionOf(makeClient({ credentials: DENIED }).getWebIdentityToken(INPUT))
        const clone = structuredClone(error)
        assert.include(clone.message, 'sts:GetWebIdentityToken')
        assert.instanceOf(clone, Error)
        assert.isFalse(core.isWebIdentityError(clone))
        assert.isFalse(core.isServiceError(clone))
      },
    'an error has a stack that leads to the caller’s side, and a name': async () => {
      const error = await rejectionOf(makeClient({ credentials: DENIED }).getWebIdentityToken(INPUT))
      assert.equal(error.name, 'ServiceError')
      assert.isString(error.stack)
    },
    ...(place.isBrowser && {
      'a page sees of another origin nothing but that it failed': async () => {
        const error = await rejectionOf(
          makeClient({ endpoint: place.otherOrigin }).getWebIdentityToken(INPUT),
        )
        assert.instanceOf(error, core.ResponseError)
        assert.include(error, { code: 'network_failure', statusCode: undefined })
      },
    }),
  })
}
