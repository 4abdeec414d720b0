// The server's clock, as a client learns it. A request that is signed more than 15 minutes off is refused, and a
// device's clock can be wrong by years.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html

/** What a refusal tells of the server's time. */
export interface ClockEvidence {
  /** AWS's error code. */
  readonly code: string
  /** AWS's message, which holds the server's time where a browser hides the header. */
  readonly message: string
  /** The response's header `Date`, if it can be seen. */
  readonly date: string | null
}

/** A clock that begins as this machine's and is set right by the server's. */
export class ServerClock {
  #offset = 0
  #hasRefused = false

  /** The server's time in milliseconds since 1970, as far as it is known. */
  now(): number {
    return Date.now() + this.#offset
  }

  /** How far the server's clock is ahead of this machine's, in milliseconds. */
  get offset(): number {
    return this.#offset
  }

  /** Takes note of a response's header `Date`: where it agrees, this clock may refuse again. */
  confirm(date: string | null): void {
    if (!this.#hasRefused) return
    const serverTime = timeInDate(date)
    if (serverTime !== undefined && isNear(serverTime, this.now())) this.#hasRefused = false
  }

  /**
   * Whether a call may be refused by this clock, before anything is sent: only once until a server confirms it. What is
   * refused here never reaches the server that would set a wrong clock right, so the next call must.
   */
  mayRefuse(): boolean {
    const may = !this.#hasRefused
    this.#hasRefused = true
    return may
  }

  /**
   * Whether the refusal was the clock's fault, so that signing anew will help; the offset is then the server's.
   *
   * @param signedAt the time that the refused request was signed with: this clock, or this machine's, may have been set
   * right since
   */
  learn({ code, message, date }: ClockEvidence, signedAt: number): boolean {
    if (!CLOCK_CODES.has(code)) return false
    const serverTime = timeInDate(date) ?? timeInMessage(message)
    if (serverTime === undefined || isNear(serverTime, signedAt)) return false
    if (!isNear(serverTime, this.now())) this.#offset = serverTime - Date.now()
    this.#hasRefused = false
    return true
  }
}

function isNear(serverTime: number, time: number): boolean {
  return Math.abs(serverTime - time) <= TOLERANCE
}

const CLOCK_CODES = new Set([
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
])

const TOLERANCE = 5 * 60 * 1000

// The day of STS's API version: no server that speaks it can be right about an earlier time. A request that is signed for
// a far day could be kept and sent then. Two `Date` headers arrive joined by a comma and match no format.
const EARLIEST = Date.UTC(2011, 5, 15)
const LATEST = Date.UTC(2050, 0)

// RFC 9110 §5.6.7, IMF-fixdate.
function timeInDate(date: string | null): number | undefined {
  const time = Date.parse(date ?? '')
  // Written out again, it must be the same: `Date` takes the 31st of February, and much else.
  const isImfFixdate = !Number.isNaN(time) && new Date(time).toUTCString() === date
  return isImfFixdate ? plausible(time) : undefined
}

// `Signature expired: 20110909T000000Z is now earlier than 20110909T233600Z (20110909T235100Z - 15 min.)`, or
// `Signature not yet current: … is still later than … (… + 15 min.)`: the server's time stands in parentheses.
function timeInMessage(message: string): number | undefined {
  const match =
    /^Signature (?:expired|not yet current): .*\((\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z [-+] \d+ min\.\)/.exec(
      message,
    )
  if (match === null) return undefined
  const [, year, month, day, hours, minutes, seconds] = match
  return plausible(Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`))
}

function plausible(time: number): number | undefined {
  return time >= EARLIEST && time < LATEST ? time : undefined
}
