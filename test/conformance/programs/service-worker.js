// Runs the suite when a page asks it to. A service worker may not import() anything: it is bundled into one file.

import { run } from './program.js'

addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('message', (event) => {
  const { name, place } = event.data
  const report = run(place).catch((error) => String(error))
  const told = report.then((body) =>
    fetch(`/lab/reports/${name}`, { method: 'POST', body: JSON.stringify(body) }),
  )
  event.waitUntil(told)
})
