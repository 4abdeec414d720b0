// A function as AWS Lambda calls it.

import { run } from './program.js'

export const handler = async (event) => run(event)
