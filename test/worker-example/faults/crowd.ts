// Who asks the Worker: ten callers of the policy with five audiences each, many times at once and in each isolate; and what
// each of them saw. A token is looked at as its receiver does it, with jose.

import { setTimeout } from 'node:timers/promises'
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyResult, jwtVerify } from 'jose'
import { expect } from 'vitest'
import { sha256 } from '../stage.ts'
import { USER } from './faulty-sts.ts'
import type { Theatre } from './theatre.ts'

const TEAMS = Array.from({ length: 10 }, (_, index) => `team-${index}`)
const AUDIENCES = 5

/** Each caller has audiences of its own, and its name is in its tokens. */
export const POLICY = {
  callers: TEAMS.map((name) => ({
    name,
    secrets: [{ sha256: sha256(secretOf(name)) }],
    audiences: Array.from({ length: AUDIENCES }, (_, index) => audienceOf(name, index)),
    requestsPerMinute: 100_000,
    tags: { fromCaller: { asker: 'caller' }, allowed: ['case'] },
  })),
}

function secretOf(team: string): string {
  return `the-secret-that-${team}-shows-to-the-worker`
}

function audienceOf(team: string, index: number): string {
  return `https://api-${index}.${team}.example`
}

/** One request. */
export interface Wish {
  readonly isolate: number
  /** Whose secret is shown. */
  readonly team: string
  readonly audience: string
  /** The tag by which the tokens of one fault are others than those of another. */
  readonly case: string
  readonly durationSeconds: number
}

/** What the Worker answered. */
export interface Answer {
  readonly token: string | undefined
  /** Its status, code and when to try again, in words. */
  readonly problem: string | undefined
  readonly requestId: string
  /** How long it was waited for, in milliseconds. */
  readonly waited: number
  /** When it came, by AWS's clock. */
  readonly at: number
}

/** What a crowd saw. */
export interface Seen {
  /** The tokens, in the order of the wishes; `undefined` where none came. */
  readonly tokens: readonly (string | undefined)[]
  /** The problems, and how often each came. */
  readonly problems: ReadonlyMap<string, number>
  /** The longest that one of them waited, in milliseconds. */
  readonly longest: number
  readonly requestIds: readonly string[]
}

/** Wishes of all teams alike, in all isolates alike, each team's for its first so many audiences. */
export function wishes(
  name: string,
  { count = 200, audiences = 1, isolates = 4, durationSeconds = 300 } = {},
): Wish[] {
  return Array.from({ length: count }, (_, index) => {
    const turn = Math.floor(index / TEAMS.length)
    const team = TEAMS[index % TEAMS.length] ?? ''
    const audience = audienceOf(team, Math.floor(turn / isolates) % audiences)
    return { isolate: turn % isolates, team, audience, case: name, durationSeconds }
  })
}

/** A wish of each team for each audience of the next one. */
export function wishesForOthers(name: string): Wish[] {
  return wishes(name, { count: TEAMS.length * AUDIENCES, audiences: AUDIENCES, isolates: 1 }).map(
    (wish, index) => ({ ...wish, team: TEAMS[(index + 1) % TEAMS.length] ?? '' }),
  )
}

/** Has the tokens of these wishes minted, for one isolate alone: the others get them from the brokers. */
export async function haveReady(theatre: Theatre, name: string, durationSeconds = 300): Promise<void> {
  const { problems } = await crowd(theatre, wishes(name, { count: 10, isolates: 1, durationSeconds }))
  expect(problems).toEqual(new Map())
}

/** Asks for all of it at once. @throws where a token is not exactly the one that was asked for, fresh and verified */
export async function crowd(theatre: Theatre, all: readonly Wish[]): Promise<Seen> {
  const answers = await Promise.all(all.map((wish) => ask(theatre, wish)))
  await verifyEach(theatre, all, answers)
  return seenIn(answers)
}

/** Asks again and again, until each got a token or so much time is over. @returns how long it took, in milliseconds */
export async function recovery(theatre: Theatre, all: readonly Wish[], longest = 60_000): Promise<number> {
  const started = performance.now()
  for (;;) {
    const { problems } = await crowd(theatre, all)
    const took = performance.now() - started
    if (problems.size === 0) return took
    if (took > longest) throw new Error(`after ${took} ms there was still ${[...problems.keys()]}`)
    await setTimeout(500)
  }
}

/** The request to `/token`. */
export function requestFor({ team, audience, durationSeconds, case: name }: Wish) {
  return {
    method: 'POST',
    headers: { authorization: `Bearer ${secretOf(team)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ audience, durationSeconds, tags: [{ key: 'case', value: name }] }),
  }
}

async function ask({ fleet, sts }: Theatre, wish: Wish): Promise<Answer> {
  const started = performance.now()
  const response = await fetch(new URL('/token', await fleet.origin(wish.isolate)), requestFor(wish))
  const { webIdentityToken: token, code } = (await response.json()) as Record<string, string> // the Worker's own
  const [waited, at] = [performance.now() - started, sts.now()]
  const [requestId, retryAfter] = ['x-request-id', 'retry-after'].map((name) => response.headers.get(name))
  const again = retryAfter ? `, again after ${retryAfter} s` : ''
  const problem = response.ok ? undefined : `\`${response.status} ${code}\`${again}`
  return { token, problem, requestId: requestId ?? '', waited, at }
}

/** Whether each token is for who got it. @throws where one is not */
export async function verifyEach(
  { sts }: Theatre,
  all: readonly Wish[],
  answers: readonly Pick<Answer, 'token' | 'at'>[],
): Promise<void> {
  const keys = createLocalJWKSet((await sts.keys()) as JSONWebKeySet) // the issuer's own
  const verified = new Map<string, Promise<JWTVerifyResult>>()
  for (const [index, { audience, team, case: name, durationSeconds }] of all.entries()) {
    const { token, at = 0 } = answers[index] ?? {}
    if (token === undefined) continue
    // Its times are looked at below, as they were when it came.
    const options = {
      issuer: sts.issuer,
      algorithms: ['ES384'],
      currentDate: new Date(at),
      clockTolerance: 1,
    }
    const verifying = verified.get(token) ?? jwtVerify(token, keys, options)
    verified.set(token, verifying)
    const { payload } = await verifying
    expect(payload).toMatchObject({
      aud: audience,
      sub: USER,
      'https://sts.amazonaws.com/': { request_tags: { asker: team, case: name } },
    })
    // Fresh: a fifth of its life is left at the least, which is sent in a moment.
    const left = Number(payload.exp) - at / 1000
    expect(left).toBeGreaterThan(durationSeconds / 5 - 3)
  }
}

/** What all of them saw. */
export function seenIn(answers: readonly Answer[]): Seen {
  const problems = new Map<string, number>()
  for (const { problem } of answers) {
    if (problem !== undefined) problems.set(problem, (problems.get(problem) ?? 0) + 1)
  }
  return {
    tokens: answers.map(({ token }) => token),
    problems,
    longest: Math.max(...answers.map(({ waited }) => waited)),
    requestIds: answers.map(({ requestId }) => requestId),
  }
}
