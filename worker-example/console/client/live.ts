// Asks for the live part of the page every five seconds, as long as the page is in sight, and tells where that fails.

import { setClock, tick, workerTime } from './clock.ts'
import { fetchDocument, Refused } from './fetch-document.ts'
import { morph } from './morph.ts'

const PERIOD = 5000

let timer: number | undefined
let isAsking = false
let freshAt = 0
/** How AWS STS does since the page was opened, where that has changed: for those who do not see the word for it change. */
let news = ''

/** Goes on until the page is left or the session ends. */
export function keepLive(): void {
  const isFresh = setClock(document.body)
  freshAt = workerTime()
  if (isFresh) say('live', 'Live')
  timer = setTimeout(look, isFresh ? PERIOD : 0)
  document.addEventListener('visibilitychange', look)
  addEventListener('online', look)
}

async function look(): Promise<void> {
  clearTimeout(timer)
  if (document.hidden || isAsking) return
  isAsking = true
  try {
    show(await fetchDocument(`/console/live${location.search}`))
    freshAt = workerTime()
    say('live', 'Live', news)
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return end()
    const time = new Date(freshAt).toISOString().slice(11, 19)
    // Where Cloudflare Access wants a new sign-in, a script sees no more than that there is no answer.
    const next = 'It is tried again every 5 seconds; if this goes on, reload the page.'
    say('lost', `Not live since ${time} UTC: ${reasonOf(error)}. ${next}`)
  } finally {
    isAsking = false
  }
  if (!document.hidden) timer = setTimeout(look, PERIOD)
}

function show(fresh: Document): void {
  setClock(fresh.querySelector<HTMLElement>('[data-now]'))
  const focused = document.activeElement
  const before = stsNews()
  for (const part of document.querySelectorAll('[data-live]')) {
    const next = fresh.getElementById(part.id)
    if (next) morph(part, next)
  }
  // A row that was put elsewhere has lost it.
  if (focused instanceof HTMLElement && focused.isConnected && focused !== document.activeElement) {
    focused.focus({ preventScroll: true })
  }
  tick()
  if (stsNews() !== before) news = `. ${stsNews()}.`
}

function stsNews(): string | undefined {
  return document.getElementById('sts-word')?.dataset['news']
}

function reasonOf(error: unknown): string {
  return error instanceof Refused ? `the Worker answered ${error.status}` : 'the Worker does not answer'
}

function end(): void {
  document.removeEventListener('visibilitychange', look)
  removeEventListener('online', look)
  say('ended', 'Your session has ended. ')
  const link = document.createElement('a')
  link.href = '/'
  link.textContent = 'Sign in again'
  document.getElementById('status')?.append(link)
}

// A screen reader speaks whenever it is written to, all of it: so only where it says something new.
function say(state: 'live' | 'lost' | 'ended', words: string, unsighted = ''): void {
  document.body.toggleAttribute('data-stale', state !== 'live')
  const status = document.getElementById('status')
  if (!status || status.textContent === words + unsighted) return
  status.textContent = words
  status.dataset['state'] = state
  if (unsighted === '') return
  const spoken = document.createElement('span')
  spoken.className = 'unsighted'
  spoken.textContent = unsighted
  status.append(spoken)
}
