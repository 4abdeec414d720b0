// Times as Signature Version 4 writes them: ISO 8601 in basic format, UTC, whole seconds.

/** `YYYYMMDDTHHMMSSZ`, which sorts as text. */
export function basicTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:]|\.\d+/g, '')
}

/**
 * The basic format of what a request gives as its date, `null` where it is none. AWS was seen to take the extended
 * format too, and takes the header `Date` as HTTP has it.
 */
export function readTime(text: string): string | null {
  const [, date, time] = /^(\d{8}|\d{4}-\d\d-\d\d)T(\d{6}|\d\d:\d\d:\d\d)Z$/.exec(text) ?? []
  if (date !== undefined && time !== undefined) return existing(`${date}T${time}Z`.replace(/[-:]/g, ''))
  const milliseconds = text.endsWith(' GMT') ? Date.parse(text) : Number.NaN
  return Number.isNaN(milliseconds) ? null : basicTime(milliseconds)
}

// `Date` takes 30 February for 2 March; what was signed is the text.
function existing(basic: string): string | null {
  const extended = basic.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z')
  const milliseconds = Date.parse(extended)
  return !Number.isNaN(milliseconds) && basicTime(milliseconds) === basic ? basic : null
}
