// The exchanges of a policy as presets of the package. A caller names one of them and nothing else, so that nobody but
// who writes the policy decides where a token is sent.

import { isInputError } from 'aws-web-identity'
import { type ExchangePreset, type Preset, presets } from 'aws-web-identity/exchange'
import type { Policy } from './policy.ts'

/** The preset of that name, which the policy has. @throws {InputError} */
export function presetOf({ exchanges }: Policy, name: string): ExchangePreset {
  const { preset, options } = exchanges[name] ?? { preset: '', options: {} }
  const made = makerOf(preset)?.(options)
  if (made?.exchange === undefined) throw new TypeError(`The policy has no exchange ${name}.`)
  return { ...made, exchange: made.exchange }
}

/** Each exchange that is none, with the path of what is wrong with it. */
export function presetFaults({ exchanges, webIdentity }: Policy): string[] {
  return Object.entries(exchanges).flatMap(([name, { preset, options }]) => {
    const make = makerOf(preset)
    if (make === undefined)
      return [`exchanges.${name}.preset must be one of ${Object.keys(presets).join(', ')}`]
    try {
      const { exchange, tokenRequest } = make(options)
      if (exchange === undefined)
        return [`exchanges.${name}.preset must have an exchange: to this party the token itself is given`]
      if (webIdentity === undefined || ![tokenRequest.audience].flat().includes(webIdentity.audience))
        return []
      return [
        `exchanges.${name} must not send tokens for webIdentity.audience: with one the party could ask here`,
      ]
    } catch (error) {
      if (!isInputError(error)) throw error
      return [`exchanges.${name}.options.${error.path} ${error.rule}`]
    }
  })
}

function makerOf(preset: string): ((options: Record<string, unknown>) => Preset) | undefined {
  // Each maker checks what it is given.
  const makers: Readonly<Record<string, unknown>> = presets
  return Object.hasOwn(makers, preset)
    ? (makers[preset] as (options: Record<string, unknown>) => Preset)
    : undefined
}
