// An STS that mints at the pace of the test, for sources under a fake clock.

import { vi } from 'vitest'
import {
  createTokenSource,
  type GetWebIdentityTokenInput,
  type Minter,
  type TokenSource,
  type TokenSourceEvent,
  type TokenSourceOptions,
} from '../../src/index.ts'

export const AUDIENCE = 'https://api.example.com'
export const START = Date.UTC(2026, 8, 11)

/** The clock begins at {@link START}; `vi.useRealTimers()` ends it. */
export function useFakeClock(): void {
  vi.useFakeTimers({ now: START })
}

/** What the STS does with a request: how long it takes in milliseconds, and of what it fails. */
export interface Turn {
  readonly latency?: number
  readonly error?: unknown
}

export interface FakeSts extends Minter {
  /** What it was asked, in order. */
  readonly asked: GetWebIdentityTokenInput[]
  /** The tokens that it gave, in order. */
  readonly minted: string[]
  /** What happens to each request from now on. */
  turn: Turn | ((input: GetWebIdentityTokenInput) => Turn)
  /** How far its clock is ahead. */
  ahead: number
  /** How far its client knows it to be ahead. */
  learnt: number
}

let serial = 0

export function fakeSts(turn: FakeSts['turn'] = {}): FakeSts {
  const sts: FakeSts = {
    asked: [],
    minted: [],
    turn,
    ahead: 0,
    learnt: 0,
    now: () => Date.now() + sts.learnt,
    async describeCaller() {
      return {
        origin: 'https://sts.us-east-1.amazonaws.com',
        signingRegion: 'us-east-1',
        accessKeyId: 'AKIAEXAMPLE',
      }
    },
    async getWebIdentityToken(input, options) {
      sts.asked.push(input)
      const { latency = 0, error } = typeof sts.turn === 'function' ? sts.turn(input) : sts.turn
      if (latency > 0) await sleep(latency, options?.signal)
      if (error !== undefined) throw error
      serial += 1
      const webIdentityToken = `eyJhbGciOiJFUzM4NCJ9.${btoa(`{"jti":${serial}}`).replaceAll('=', '')}.c2ln`
      sts.minted.push(webIdentityToken)
      const expiration = new Date(Date.now() + sts.ahead + (input.durationSeconds ?? 300) * 1000)
      return { webIdentityToken, expiration }
    },
  }
  return sts
}

function sleep(latency: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, latency)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}

export interface Stage {
  readonly sts: FakeSts
  readonly source: TokenSource
  readonly events: TokenSourceEvent[]
}

/** A source of ES384 tokens for {@link AUDIENCE}. */
export function stage(options: Partial<TokenSourceOptions> = {}, turn: FakeSts['turn'] = {}): Stage {
  const sts = fakeSts(turn)
  const events: TokenSourceEvent[] = []
  const source = createTokenSource({
    sts,
    audience: AUDIENCE,
    signingAlgorithm: 'ES384',
    onEvent: (event: TokenSourceEvent) => events.push(event),
    ...options,
  } as TokenSourceOptions)
  return { sts, source, events }
}

/** Lets so many milliseconds pass. */
export async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds)
}

const realTimeout = setTimeout

/** What comes of it while time passes, and some real time too: what waits for WebCrypto knows no fake clock. */
export async function played<Value>(promise: Promise<Value>): Promise<Value> {
  let isOver = false
  promise.then(
    () => {
      isOver = true
    },
    () => {
      isOver = true
    },
  )
  for (let turn = 0; !isOver && turn < 1000; turn += 1) {
    await pass(50)
    await new Promise((resolve) => realTimeout(resolve))
  }
  return promise
}
