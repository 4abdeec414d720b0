// Times as people say them: `in 4 min`, `12 s ago`. The Worker writes them, and the browser keeps them ticking.

const UNITS = [
  ['d', 86_400, 2],
  ['h', 3600, 1],
  ['min', 60, 1],
  ['s', 1, 1],
] as const

/**
 * How far a time is from now, rounded towards now, so that nothing seems to live longer than it does.
 *
 * @param at in milliseconds since 1970, as `now` is
 */
export function relativeTime(at: number, now: number): string {
  const seconds = Math.trunc(Math.abs(at - now) / 1000)
  const [unit, size] = UNITS.find(([, size, least]) => seconds >= size * least) ?? []
  if (unit === undefined) return 'now'
  const amount = `${Math.trunc(seconds / size)} ${unit}`
  return at > now ? `in ${amount}` : `${amount} ago`
}
