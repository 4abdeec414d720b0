// Moments and lengths of time in words.

/** Such as `4 min 10 s`: the two largest units, of a length of any sign. */
export function lengthInWords(milliseconds: number): string {
  const seconds = Math.round(Math.abs(milliseconds) / 1000)
  const parts = units.map(({ name, inSeconds, wrap }) => ({
    name,
    count: Math.floor(seconds / inSeconds) % wrap,
  }))
  const first = parts.findIndex(({ count }) => count > 0)
  if (first < 0) return '0 s'
  return parts
    .slice(first, first + 2)
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${count.toLocaleString('en')} ${name}`)
    .join(' ')
}

/** Such as `in 4 min 10 s`, `2 min ago` or `now`. */
export function momentInWords(time: number, now: number): string {
  const length = lengthInWords(time - now)
  if (length === '0 s') return 'now'
  return time > now ? `in ${length}` : `${length} ago`
}

const units = [
  { name: 'd', inSeconds: 86_400, wrap: Number.POSITIVE_INFINITY },
  { name: 'h', inSeconds: 3600, wrap: 24 },
  { name: 'min', inSeconds: 60, wrap: 60 },
  { name: 's', inSeconds: 1, wrap: 60 },
]
