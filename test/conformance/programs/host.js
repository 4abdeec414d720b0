// What AWS Lambda's Node runtime is to a function: it imports the bundle, and calls the handler with an event.

import { inspect } from 'node:util'

const [bundle, event] = process.argv.slice(2)
const { handler } = await import(bundle)
const report = await handler({ ...JSON.parse(event), inspect })
console.log(`REPORT ${JSON.stringify(report)}`)
