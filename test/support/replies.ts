// What STS answers, and what a client is made of, for tests that look at one thing of them.

export const CREDENTIALS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

/** Three parts of base64url, as the real service's tokens are; its signature is of no importance here. */
export const TOKEN =
  'eyJraWQiOiJFQzM4NF8wIiwidHlwIjoiSldUIiwiYWxnIjoiRVMzODQifQ.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl'

export const INPUT = { audience: ['https://api.example.com'], signingAlgorithm: 'ES384' } as const

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/'

export function tokenReply(token = TOKEN, expiration = '2026-09-11T18:36:48.279Z'): string {
  return `<GetWebIdentityTokenResponse xmlns="${NAMESPACE}"><GetWebIdentityTokenResult><WebIdentityToken>${token}</WebIdentityToken><Expiration>${expiration}</Expiration></GetWebIdentityTokenResult><ResponseMetadata><RequestId>11111111-2222-3333-4444-555555555555</RequestId></ResponseMetadata></GetWebIdentityTokenResponse>`
}

export function errorReply(code: string, message = 'No.', type = 'Sender'): string {
  return `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>${type}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>66666666-7777-8888-9999-000000000000</RequestId></ErrorResponse>`
}

/** What a promise was rejected with; fails the test when it was not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('It was expected to be rejected.')
}
