// A token and its times: from when on it is renewed behind the callers' backs, and from when on it is not given out.

/** A token as it came. Times are the server's, in milliseconds since 1970. */
export interface Token {
  readonly value: string
  /** What it is good for, where whoever gave it says so (RFC 6749 section 3.3). */
  readonly scope?: string
  readonly mintedAt: number
  readonly expiresAt: number
}

/** A token that is kept. */
export interface KeptToken extends Token {
  /** From here on it is renewed ahead. */
  readonly refreshAt: number
  /** From here on it has too little left to be given out. */
  readonly staleAt: number
}

/** The longest that is left over by default, in milliseconds. */
const MINIMUM_VALIDITY = 60_000
/** The part of the lifetime that is left over at the most, unless the caller says otherwise. */
const LEFT_OVER = 1 / 5

/** Between these parts of its lifetime a token is renewed ahead, where nothing speaks for others. */
export const REFRESH_AHEAD: FreshnessPolicy['refreshAhead'] = [0.7, 0.85]

/** When tokens are renewed. */
export interface FreshnessPolicy {
  /** What a token that is given out has left at the least, in milliseconds. */
  readonly minimumValidity?: number | undefined
  /** The part of the lifetime after which it is renewed ahead: from and to. */
  readonly refreshAhead: readonly [from: number, to: number]
  /** From 0 to 1, drawn once for each source, so that those of a fleet do not step in time. */
  readonly chance: number
}

export function keep(token: Token, { minimumValidity, refreshAhead, chance }: FreshnessPolicy): KeptToken {
  const lifetime = token.expiresAt - token.mintedAt
  // A token that had to be cut to its session may live for less than the caller wants to be left.
  const wanted =
    minimumValidity !== undefined && minimumValidity < lifetime ? minimumValidity : MINIMUM_VALIDITY
  const leftOver = wanted === minimumValidity ? wanted : Math.min(wanted, lifetime * LEFT_OVER)
  const usable = lifetime - leftOver
  // Where much is to be left over, ahead of that, too, and in the same order: who asks a broker after the broker itself.
  const after = (part: number) => Math.min(lifetime * part, usable * (0.5 + part / 2))
  const from = after(refreshAhead[0])
  return {
    ...token,
    refreshAt: token.mintedAt + from + (after(refreshAhead[1]) - from) * chance,
    staleAt: token.expiresAt - leftOver,
  }
}
