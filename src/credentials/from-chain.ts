// The first of several providers whose source is there.
// https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html#credentialProviderChain

import { CredentialsError, InputError } from '../errors.ts'
import type { Credentials, CredentialsProvider } from '../query/credentials.ts'
import { reasonOf } from './failure.ts'
import type { RefreshingProvider } from './provider.ts'

/**
 * Asks one provider after the other, at each call anew: the first that gives credentials ends it, and so does
 * the first that fails without `tryNextLink`, because a source that is configured and broken must not give way
 * to another identity. Providers of the AWS SDK fit; they keep nothing by themselves, and a chain keeps nothing
 * either.
 *
 * The provider throws the error of the one that failed, as it is, or a {@link CredentialsError} which lists
 * what each one said, with `tryNextLink`, so that chains nest.
 *
 * @throws {InputError} where no provider is given, or something else than a function.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html#credentialProviderChain
 *
 * @example
 * ```ts
 * import { fromChain, fromEnv, fromWebToken } from 'aws-web-identity/credentials'
 *
 * const credentials = fromChain(fromEnv(), fromWebToken({ region: 'eu-central-1' }))
 * console.log((await credentials()).accessKeyId)
 * ```
 */
export function fromChain(...providers: readonly CredentialsProvider[]): RefreshingProvider {
  if (providers.length === 0) throw new InputError('providers', 'must hold at least one provider')
  for (const [index, provider] of providers.entries()) {
    if (typeof provider !== 'function') throw new InputError(`providers[${index}]`, 'must be a function')
  }
  return async (options) => {
    const reasons: string[] = []
    for (const provider of providers) {
      try {
        return withoutUndefined(await provider(options), provider.name)
      } catch (error) {
        if (!isAbsence(error)) throw error
        reasons.push(`\n- ${reasonOf(error)}`)
      }
    }
    throw new CredentialsError(`No AWS credentials were found:${reasons.join('')}`, { tryNextLink: true })
  }
}

function isAbsence(error: unknown): boolean {
  return typeof error === 'object' && error !== null && Reflect.get(error, 'tryNextLink') === true
}

function withoutUndefined(credentials: Credentials, name: string) {
  // What JavaScript lets a provider give, whatever the types say.
  if (typeof credentials !== 'object' || credentials === null) {
    throw new CredentialsError(`The provider ${name || 'of the chain'} gave no credentials`)
  }
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = credentials
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? undefined : { sessionToken }),
    ...(expiration === undefined ? undefined : { expiration }),
    ...(accountId === undefined ? undefined : { accountId }),
  }
}
