// A Worker: the suite runs within one request.

import { run } from './program.js'

export default {
  async fetch(request) {
    return Response.json(await run(await request.json()))
  },
}
