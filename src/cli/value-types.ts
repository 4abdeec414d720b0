// From the text on the line to a value, with the rule that it must keep.

/** How a value is read. */
export interface ValueType<Value> {
  /** Completes `--port` to a sentence: `must be …`. */
  readonly rule: string
  /** `undefined` where the text breaks the rule. */
  readonly read: (text: string) => Value | undefined
  /** All that it can be, where they are few. */
  readonly choices?: readonly string[]
}

/** Of an option without a value. */
export const flag = 'flag'

export const text: ValueType<string> = {
  rule: 'must not be empty',
  read: (given) => (given === '' ? undefined : given),
}

export function oneOf<const Choice extends string>(...choices: readonly Choice[]): ValueType<Choice> {
  return {
    rule: `must be ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`,
    read: (given) => choices.find((choice) => choice === given),
    choices,
  }
}

const secondsOf: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 }

/** In seconds. */
export const duration: ValueType<number> = {
  rule: 'must be a duration in whole seconds, minutes or hours, such as 90, 90s, 15m or 1h',
  read(given) {
    const [, number, unit = ''] = /^(\d{1,9})([smh]?)$/.exec(given) ?? []
    return number === undefined ? undefined : Number(number) * (secondsOf[unit] ?? Number.NaN)
  },
}

/** `team=web`; what follows the first equals sign is the value, which may be empty. */
export const keyValue: ValueType<{ readonly key: string; readonly value: string }> = {
  rule: 'must be a key and a value, such as team=web',
  read(given) {
    const at = given.indexOf('=')
    return at < 1 ? undefined : { key: given.slice(0, at), value: given.slice(at + 1) }
  },
}

export const accountId: ValueType<string> = {
  rule: 'must be an AWS account of twelve digits',
  read: (given) => (/^\d{12}$/.test(given) ? given : undefined),
}
