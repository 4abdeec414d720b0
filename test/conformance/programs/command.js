// For Node, Deno and Bun: told where it runs by its argument, it ends by itself when there is nothing more to do.

import { run } from './program.js'

const [argument] = globalThis.Deno?.args ?? process.argv.slice(2)
const inspect = globalThis.Deno?.inspect ?? globalThis.Bun?.inspect ?? (await import('node:util')).inspect
const report = await run({ ...JSON.parse(argument), inspect: (value) => inspect(value) })
console.log(`REPORT ${JSON.stringify(report)}`)
