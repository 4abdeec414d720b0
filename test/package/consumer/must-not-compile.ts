// What no compiler may accept: each line below a comment must be an error, else the comment is.

import { createTokenSource, type ServiceError, StsClient, withWebIdentity } from 'aws-web-identity'
import { fromChain, fromTemporaryCredentials } from 'aws-web-identity/credentials'
import { createEmulator } from 'aws-web-identity/emulator'
import { createTokenExchange, presets } from 'aws-web-identity/exchange'
import { IamClient, waitUntilVending } from 'aws-web-identity/iam'
import { createVerifier, decode, requireWebIdentity } from 'aws-web-identity/verify'

// @ts-expect-error there is no default export
export type Everything = typeof import('aws-web-identity').default
// @ts-expect-error a schema is no public name
export type Schema = typeof import('aws-web-identity').sealingKeys
// @ts-expect-error a room within is no subpath
export type Room = typeof import('aws-web-identity/query')
// @ts-expect-error a file is no subpath
export type File = typeof import('aws-web-identity/dist/query/sign.js')

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' }
const audience = 'https://api.example.com'
const sts = new StsClient({ region: 'eu-central-1', credentials })
const source = createTokenSource({ sts, audience, signingAlgorithm: 'ES384' })
const verifier = createVerifier({ audience, account: '123456789012' })

// @ts-expect-error a client needs a region
new StsClient({ credentials })
// @ts-expect-error an option that there is not
new StsClient({ region: 'eu-central-1', credentials, retries: 3 })
// @ts-expect-error half a credential
new StsClient({ region: 'eu-central-1', credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' } })
// @ts-expect-error the SDK's spelling of a member
new StsClient({ region: 'eu-central-1', credentials, useFIPSEndpoint: true })

// @ts-expect-error an input without the algorithm
sts.getWebIdentityToken({ audience: [audience] })
// @ts-expect-error an algorithm with which AWS does not sign
sts.getWebIdentityToken({ audience: [audience], signingAlgorithm: 'HS256' })
// @ts-expect-error AWS's own spelling
sts.getWebIdentityToken({ Audience: [audience], SigningAlgorithm: 'ES384' })
// @ts-expect-error one audience, where the operation takes a list
sts.getWebIdentityToken({ audience, signingAlgorithm: 'ES384' })
// @ts-expect-error a token that may be missing
export const token: undefined = (await sts.getWebIdentityToken({ audience: [], signingAlgorithm: 'ES384' }))
  .webIdentityToken

// @ts-expect-error a store without keys, in which tokens would be readable
createTokenSource({ sts, audience, signingAlgorithm: 'ES384', store: new Map() })
// @ts-expect-error keys without a store
createTokenSource({ sts, audience, signingAlgorithm: 'ES384', sealingKeys: 'key' })
// @ts-expect-error hosts are not optional: a token goes nowhere by itself
withWebIdentity(fetch, source)
// @ts-expect-error the source comes second
withWebIdentity(source, fetch, { hosts: [] })

const own = { audience, signingAlgorithm: 'ES384' } as const
const tokenItself = presets.custom(own)
const party = presets.custom({
  ...own,
  exchange: { tokenEndpoint: 'https://auth.example.com/token', grant: 'token-exchange' },
})

// @ts-expect-error a preset without an exchange: its party takes the token itself
createTokenExchange(tokenItself, source)
// @ts-expect-error an exchange needs a source, not a token
createTokenExchange(party, 'eyJ')
// @ts-expect-error an option that there is not
createTokenExchange(party, source, { retries: 3 })
// @ts-expect-error a store without keys, in which access tokens would be readable
createTokenExchange(party, source, { store: new Map() })
// @ts-expect-error an algorithm with which AWS does not sign
presets.custom({ audience, signingAlgorithm: 'ES256' })
// @ts-expect-error a grant that carries no token
presets.custom({ ...own, exchange: { tokenEndpoint: 'https://auth.example.com', grant: 'password' } })
// @ts-expect-error an option of another party's
presets.tailscale({ clientId: 'k123CNTRL', tenant: 'contoso.onmicrosoft.com' })

// @ts-expect-error a role must be named
fromTemporaryCredentials({ masterCredentials: credentials })
// @ts-expect-error a chain is of providers
fromChain('environment')

// @ts-expect-error the account's switch is not for any region by default
new IamClient({ credentials })
// @ts-expect-error the client goes into the request
waitUntilVending(sts)

// @ts-expect-error a verifier that would trust every account
createVerifier({ audience })
// @ts-expect-error a verifier for every audience
createVerifier({ account: '123456789012' })
// @ts-expect-error what was only decoded is no identity
export const trusted: Awaited<ReturnType<typeof verifier.verify>> = decode('a.b.c')
// @ts-expect-error an identity has the account's number by another name
requireWebIdentity(verifier, (_, identity) => new Response(identity.account))
// @ts-expect-error with a preflight there may be no identity
requireWebIdentity(verifier, (_, identity) => new Response(identity.arn.name), { allowPreflight: true })

// @ts-expect-error what a caller gets is read-only
export const rewritten = (error: ServiceError) => Object.assign(error, {}).statusCode++
// @ts-expect-error an emulator's option that there is not
createEmulator({ port: 4566 })
