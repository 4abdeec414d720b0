// What keeps the page fresh: it asks whether there is something new, and takes the sections of a fresh page that
// changed. Whoever is reading keeps the focus and the place.

import { Html } from './html.ts'

export const script = new Html(`
const status = document.getElementById('status')

async function refresh() {
  const response = await fetch(location.href, { headers: { accept: 'text/html' } })
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html')
  for (const section of document.querySelectorAll('[data-live]')) {
    const next = fresh.getElementById(section.id)
    if (next === null || next.innerHTML === section.innerHTML) continue
    const focused = section.contains(document.activeElement) && document.activeElement.getAttribute('href')
    const scrolled = section.querySelector('.scroll')?.scrollTop
    section.replaceChildren(...next.childNodes)
    section.querySelector('.scroll')?.scrollTo(0, scrolled ?? 0)
    for (const link of focused ? section.querySelectorAll('a') : []) {
      if (link.getAttribute('href') === focused) link.focus({ preventScroll: true })
    }
  }
  document.body.dataset.version = fresh.body.dataset.version
}

function say(text, state) {
  if (status.textContent !== text) status.textContent = text
  status.dataset.state = state
}

async function look() {
  try {
    if (!document.hidden) {
      const { version } = await (await fetch('/_emulator/page.json')).json()
      if (version !== document.body.dataset.version) await refresh()
      say('Live', 'live')
    }
  } catch {
    say('The emulator does not answer', 'lost')
  }
  setTimeout(look, 1000)
}

look()
`)
