// Words for what the page shows.

/** The time of the day of an RFC 3339 time in UTC. */
export function clock(time: string): string {
  return time.slice(11, 19)
}

/** A user, role or session without what is the same in nearly every ARN; the account stays where it tells one apart. */
export function principalName(arn: string): string {
  return arn.replace(/^arn:[^:]*:(?:iam|sts)::\d*:/, '')
}

/** Seconds since 1970, as people read them. */
export function moment(seconds: number): string {
  const date = new Date(seconds * 1000)
  if (Number.isNaN(date.getTime())) return String(seconds)
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** Seconds, as people read them. */
export function duration(seconds: number): string {
  if (seconds % 3600 === 0) return seconds === 3600 ? '1 hour' : `${seconds / 3600} hours`
  if (seconds % 60 === 0) return seconds === 60 ? '1 minute' : `${seconds / 60} minutes`
  return `${seconds} seconds`
}
