// An STS that can be down, silent, or of another opinion: the emulator, with a switch in front of it.

import { createEmulator, type Emulator, type EmulatorOptions } from 'aws-web-identity/emulator'
import { serve } from 'aws-web-identity/emulator/node'

/** The keys of the IAM user whose the Worker's credentials are. */
export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Whose they are: the `sub` of each token. */
export const USER = 'arn:aws:iam::123456789012:user/broker'

export const KEYS: Keys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

/** The keys that they are rotated to. */
export const NEXT_KEYS: Keys = {
  accessKeyId: 'AKIAI44QH8DHBEXAMPLE',
  secretAccessKey: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY',
}

/** What is answered to a request for a token; `undefined` leaves it to the emulator. */
export type Answer = (
  form: URLSearchParams,
  request: Request,
) => Response | Promise<Response | undefined> | undefined

/** An STS that can be told to misbehave. */
export class FaultySts {
  /** Answers in the emulator's place, as long as it stands here. */
  answer: Answer | undefined
  /** How far AWS's clock is ahead of the Worker's, in milliseconds. */
  ahead = 0
  /** The requests for tokens that came. */
  requests = 0
  #emulator: Emulator
  #served: Awaited<ReturnType<typeof serve>> | undefined
  readonly #port: number
  readonly #options: EmulatorOptions

  private constructor(emulator: Emulator, options: EmulatorOptions, port: number) {
    this.#emulator = emulator
    this.#options = options
    this.#port = port
  }

  static async start(): Promise<FaultySts> {
    const seed = crypto.randomUUID()
    const now = () => Date.now() + sts.ahead
    const options = { seed, now }
    const emulator = createEmulator({ ...options, principals: [principal(KEYS)] })
    const { url, close } = await serve(emulator)
    await close()
    const sts: FaultySts = new FaultySts(emulator, options, Number(new URL(url).port))
    await sts.up()
    return sts
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get issuer(): string {
    return this.#emulator.issuer
  }

  /** AWS's time, in milliseconds since 1970. */
  now(): number {
    return Date.now() + this.ahead
  }

  /** What the issuer publishes, which can be had though nothing listens. */
  async keys(): Promise<unknown> {
    return (await this.#emulator.fetch(`${this.issuer}/.well-known/jwks.json`)).json()
  }

  /** From now on these keys are the user's, and those before are nobody's. */
  rotateTo(keys: Keys): void {
    this.#emulator = createEmulator({ ...this.#options, principals: [principal(keys)] })
    this.#emulator.servedAt(this.url)
  }

  /** Holds each request for a token back, until it is told to go on. @returns what tells it */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.answer = () => promise
    return () => {
      this.answer = undefined
      resolve(undefined)
    }
  }

  /** Cuts each connection, and lets nobody connect. */
  async down(): Promise<void> {
    await this.#served?.close()
    this.#served = undefined
  }

  async up(): Promise<void> {
    this.#served = await serve(
      { fetch: (input, init) => this.#fetch(new Request(input, init)), servedAt: () => {} },
      { port: this.#port },
    )
  }

  async #fetch(request: Request): Promise<Response> {
    const isSts = new URL(request.url).pathname === '/'
    const form = new URLSearchParams(isSts ? await request.clone().text() : '')
    if (form.get('Action') !== 'GetWebIdentityToken') return this.#emulator.fetch(request)
    this.requests += 1
    return (await this.answer?.(form, request)) ?? this.#emulator.fetch(request)
  }
}

function principal(keys: Keys) {
  return { arn: USER, ...keys }
}
