// The page's times, told by the Worker's clock, since that of the reader's machine may be off.

import { relativeTime } from '../relative-time.ts'

let ahead = 0

/** Milliseconds since 1970, as the Worker has it. */
export function workerTime(): number {
  return Date.now() + ahead
}

/** Takes the time from an element that the Worker has just sent; none, where it sent what it does not know. */
export function setClock(element: HTMLElement | null): boolean {
  const sent = Number(element?.dataset['now'])
  const isSent = sent > 0
  if (isSent) ahead = sent - Date.now()
  return isSent
}

/** Brings each time up to now. */
export function tick(): void {
  if (document.hidden) return
  const now = workerTime()
  for (const time of document.querySelectorAll('time')) {
    const words = relativeTime(Date.parse(time.dateTime), now)
    if (time.textContent !== words) time.textContent = words
  }
}
