// A page that runs the suite and reports to the server that it came from.

import { run } from './program.js'

const parameters = new URLSearchParams(location.search)
const place = JSON.parse(parameters.get('place'))
const report = await run(place).catch((error) => String(error))
await fetch(`/lab/reports/${parameters.get('name')}`, { method: 'POST', body: JSON.stringify(report) })
