// Callers go away while they wait, or come all at once.

import { request as httpRequest } from 'node:http'
import { expect } from 'vitest'
import {
  type Answer,
  crowd,
  requestFor,
  seenIn,
  verifyEach,
  type Wish,
  wishes,
  wishesForOthers,
} from './crowd.ts'
import { type Act, NONE, outcome, within } from './row.ts'
import { type Theatre, until } from './theatre.ts'

export const gone: Act<Theatre> = {
  fault: '50 of 100 callers go away while their token is minted, the first of them too',
  async play(theatre) {
    const { sts } = theatre
    const before = sts.requests
    const goOn = sts.hold()
    const all = wishes('gone', { count: 1 }).flatMap((wish) => Array<Wish>(100).fill(wish))
    const origin = await theatre.fleet.origin(0)
    const calls = all.map((wish) => call(theatre, origin, wish))
    await until(() => sts.requests - before === 1)
    const [leaving, staying] = [0, 1].map((odd) => calls.filter((_, index) => index % 2 === odd))
    for (const { leave } of leaving ?? []) leave()
    const left = await theatre.console(({ decisions }) =>
      expect(decisions.filter(({ code }) => code === 'client_closed_request')).toHaveLength(50),
    )
    goOn()
    const answers = await Promise.all((staying ?? []).map(({ answer }) => answer))
    await verifyEach(theatre, all.slice(0, answers.length), answers)
    const seen = seenIn(answers)
    await theatre.expectLines(seen.requestIds)
    for (const { answer } of leaving ?? []) await expect(answer).rejects.toThrow()
    const closed = left.decisions.filter(({ code }) => code === 'client_closed_request')
    return {
      kept: NONE,
      fresh: `of those who stayed ${outcome(seen)}`,
      wait: within(10, seen.longest),
      requests: `${sts.requests - before}, for 1 token`,
      console: `\`client_closed_request\` for ${closed.length}`,
      after: NONE,
    }
  },
}

/** Asks over a connection of its own, which can be cut. */
function call({ sts }: Theatre, origin: URL, wish: Wish): { answer: Promise<Answer>; leave(): void } {
  const started = performance.now()
  const { method, headers, body } = requestFor(wish)
  const request = httpRequest(new URL('/token', origin), { method, headers, agent: false })
  const answer = new Promise<Answer>((resolve, reject) => {
    request.on('error', reject)
    request.on('response', async (response) => {
      const chunks: Buffer[] = await Array.fromAsync(response)
      const { webIdentityToken: token, code } = JSON.parse(Buffer.concat(chunks).toString())
      const problem = token === undefined ? `\`${response.statusCode} ${code}\`` : undefined
      const requestId = String(response.headers['x-request-id'])
      resolve({ token, problem, requestId, waited: performance.now() - started, at: sts.now() })
    })
  })
  answer.catch(() => {}) // it is looked at later
  request.end(body)
  // workerd sees at once that a connection was reset, and one that was closed when it writes.
  return { answer, leave: () => void request.socket?.resetAndDestroy() }
}

export const thousand: Act<Theatre> = {
  fault: '1,000 callers come at once: 10 of the policy, with 5 audiences of its own each',
  async play(theatre) {
    const { sts } = theatre
    const before = sts.requests
    const asking = [
      crowd(theatre, wishes('thousand', { count: 1000, audiences: 5 })),
      crowd(theatre, wishesForOthers('thousand')),
    ] as const
    const [fresh, others] = await Promise.all(asking)
    expect(others.tokens.filter((token) => token !== undefined)).toEqual([])
    // The console keeps the last 1,000, and the log all of them.
    const lines = await theatre.logged([...fresh.requestIds, ...others.requestIds])
    const verdicts = [...Array(1000).fill('granted'), ...Array(50).fill('denied')]
    expect(lines.map(({ verdict }) => verdict)).toEqual(verdicts)
    const ids = new Set(lines.map(({ requestId }) => requestId))
    const shown = await theatre.console(({ decisions }) =>
      expect(decisions.filter(({ requestId }) => ids.has(requestId))).toHaveLength(1000),
    )
    const tokens = shown.tokens.filter(({ tags }) => tags.some(({ value }) => value === 'thousand'))
    return {
      kept: NONE,
      fresh: `${outcome(fresh)}; of another’s ${outcome(others)}`,
      wait: within(15, fresh.longest, others.longest),
      requests: `${sts.requests - before}, for ${tokens.length} tokens`,
      console: 'the last 1,000 decisions; the log has all 1,050',
      after: NONE,
    }
  },
}
