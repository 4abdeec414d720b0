// The reading of a reply against its size, up to the cap: from the response to the token, by the way that each reply takes.

import { ServiceError } from '../../src/errors.ts'
import { MAX_BODY_BYTES } from '../../src/http/body.ts'
import { readReply } from '../../src/query/reply.ts'
import { getWebIdentityToken } from '../../src/sts/get-web-identity-token.ts'
import { type Growth, grow, type Point } from '../measure/growth.ts'
import { timed } from '../measure/in-process.ts'
import { shapes } from './shapes.ts'

export async function growthOfReply(quick: boolean): Promise<Growth> {
  const [rounds, turn] = quick ? [1, 10] : [7, 50]
  const sizes = quick ? [1, 8] : [1, 2, 4, 8, 16, 32, MAX_BODY_BYTES / 1024]
  const points: Point[] = []
  for (const [name, make] of Object.entries(shapes)) {
    points.push(
      ...(await grow(`ours, ${name}`, sizes, rounds, (size) =>
        timed(() => read(make(size * 1024)), { turn })(),
      )),
    )
  }
  const floor = 'text and a RegExp'
  const long = shapes['a long token']
  points.push(
    ...(await grow(floor, sizes, rounds, (size) => timed(() => readBare(long(size * 1024)), { turn })())),
  )
  return { kind: 'growth', title: 'Reading a reply, by its size', cause: 'KiB', unit: 'µs', points }
}

const context = {
  call: { operation: getWebIdentityToken, parameters: {} },
  attempts: 1,
  signal: new AbortController().signal,
  secrets: ['secret'],
  makeError: (...[details]: ConstructorParameters<typeof ServiceError>) => new ServiceError(details),
}

async function read(reply: string): Promise<void> {
  const { webIdentityToken } = await readReply(responseOf(reply), context)
  if (!webIdentityToken.startsWith('eyJ')) throw new Error('Another token came')
}

async function readBare(reply: string): Promise<void> {
  const text = await responseOf(reply).text()
  if (!/<WebIdentityToken>eyJ[\w.-]+</.test(text)) throw new Error('Another token came')
}

function responseOf(reply: string): Response {
  return new Response(reply, { headers: { 'content-type': 'text/xml' } })
}
