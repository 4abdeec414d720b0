// A mint against what is asked for, beside the AWS SDK. Both are answered in this process at once: what grows is theirs.

import { Readable } from 'node:stream'
import { GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { StsClient } from '../../src/index.ts'
import { type Growth, grow, type Point } from '../measure/growth.ts'
import { timed } from '../measure/in-process.ts'
import { replyWith, tokenOf } from '../sts/reply.ts'

const TOKEN = tokenOf()
const REPLY = replyWith(TOKEN)
const HEADERS = { 'content-type': 'text/xml' }
const CLIENT = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
}

export async function growthsOfMint(quick: boolean): Promise<Growth[]> {
  const tags = quick ? [1, 50] : [0, 1, 2, 5, 10, 20, 50]
  const audiences = quick ? [1, 10] : [1, 2, 5, 10]
  return [
    await growthOf('Mint, by tags', 'tags', tags, (count) => inputOf(1, count), quick),
    await growthOf('Mint, by audiences', 'audiences', audiences, (count) => inputOf(count, 0), quick),
  ]
}

interface Input {
  readonly audience: string[]
  readonly tags: { readonly key: string; readonly value: string }[]
}

function inputOf(audiences: number, tags: number): Input {
  return {
    audience: Array.from({ length: audiences }, (_, index) => `https://api-${index}.example.com`),
    tags: Array.from({ length: tags }, (_, index) => ({ key: `Key-${index}`, value: `a value/${index}` })),
  }
}

type Mint = (input: Input) => Promise<string | undefined>

async function growthOf(
  title: string,
  cause: string,
  sizes: readonly number[],
  input: (size: number) => Input,
  quick: boolean,
): Promise<Growth> {
  const [rounds, turn] = quick ? [1, 10] : [9, 60]
  const points: Point[] = []
  for (const [name, mint] of Object.entries(minters())) {
    const measured = await grow(name, sizes, rounds, async (size) => {
      const given = input(size)
      if ((await mint(given)) !== TOKEN) throw new Error(`${name} did not give the token`)
      return timed(() => mint(given), { turn })()
    })
    points.push(...measured)
  }
  return { kind: 'growth', title, cause, unit: 'µs', points }
}

function minters(): Record<string, Mint> {
  const ours = new StsClient({ ...CLIENT, fetch: async () => new Response(REPLY, { headers: HEADERS }) })
  const sdk = new STSClient({ ...CLIENT, requestHandler: { handle: answer } })
  return {
    ours: async (input) => {
      const { webIdentityToken } = await ours.getWebIdentityToken({ ...input, signingAlgorithm: 'ES384' })
      return webIdentityToken
    },
    'AWS SDK': async ({ audience, tags }) => {
      const Tags = tags.map(({ key, value }) => ({ Key: key, Value: value }))
      const input = { Audience: audience, SigningAlgorithm: 'ES384', ...(tags.length > 0 && { Tags }) }
      const { WebIdentityToken } = await sdk.send(new GetWebIdentityTokenCommand(input))
      return WebIdentityToken
    },
  }
}

// As its handler for Node gives it.
async function answer() {
  return { response: { statusCode: 200, headers: HEADERS, body: Readable.from([Buffer.from(REPLY)]) } }
}
