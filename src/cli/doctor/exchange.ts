// One exchange of the token at the relying party, which may refuse what its documentation does not.

import { isExchangeError, isInputError, isWebIdentityError } from '../../errors.ts'
import { createTokenExchange } from '../../exchange/create-token-exchange.ts'
import type { ExchangePreset, Preset } from '../../exchange/preset.ts'
import { createTokenSource } from '../../token-source/create-token-source.ts'
import { exitCodes } from '../exit-code.ts'
import { momentInWords } from '../time-words.ts'
import { step } from './step.ts'

export const exchange = step(
  'exchange',
  ['isTaken', 'preset', 'token', 'sts'],
  async ({ preset, sts, wanted }) => {
    if (!hasExchange(preset)) {
      return { result: 'ok', fact: `${preset.party} takes the token itself: there is nothing to exchange` }
    }
    // Of a source, as a party may take each token only once.
    const source = createTokenSource({ sts, ...wanted })
    const access = createTokenExchange(preset, source, { maxAttempts: 1 })
    try {
      const { expiration, scope } = await access.get()
      const good = scope === undefined ? '' : `, for ${scope}`
      return {
        result: 'ok',
        fact: `${preset.party} gave an access token, which ends ${momentInWords(expiration.getTime(), Date.now())}${good}`,
      }
    } catch (error) {
      if (!isWebIdentityError(error)) throw error
      const isRefusal = isExchangeError(error) || isInputError(error)
      const remedy = isExchangeError(error) ? error.remedy : undefined
      return {
        result: 'failed',
        exitCode: isRefusal ? exitCodes.refused : exitCodes.network,
        cause: remedy === undefined ? error.message : error.message.replace(remedy, '').trim(),
        remedy:
          remedy ??
          'Compare what is registered at the party with the issuer, the subject and the audience of the token.',
      }
    } finally {
      await access[Symbol.asyncDispose]()
      await source[Symbol.asyncDispose]()
    }
  },
)

function hasExchange(preset: Preset): preset is ExchangePreset {
  return preset.exchange !== undefined
}
