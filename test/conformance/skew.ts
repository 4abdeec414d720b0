/** How far the lab's second emulator is ahead, in milliseconds. */
export const SKEW = 3 * 3_600_000

/** Requests that are signed for this region reach it. */
export const AHEAD_REGION = 'ap-south-2'
