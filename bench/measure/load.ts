// Requests to a Worker by as many connections as one says, and what they take of workerd's CPU time.

import { Agent, type OutgoingHttpHeaders, request } from 'node:http'
import { cpuTimeOf, workerds } from './cpu.ts'

const CONNECTIONS = 16

/** What is asked again and again. */
export interface Call {
  readonly url: URL
  readonly method?: 'GET' | 'POST'
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
}

export interface Answer {
  readonly status: number | undefined
  readonly text: string
}

/** What a turn came to. */
export interface Load {
  /** Requests a second. */
  readonly rate: number
  /** What each took of the CPU time of the workerd that answered it, in µs. */
  readonly cpu: number
}

export interface Client {
  ask(call: Call): Promise<Answer>
  /**
   * Has that many requests answered, each connection one after the other.
   *
   * @param next is called for each request
   * @throws for an answer that is not the one that is expected
   */
  load(requests: number, next: () => Call, isExpected: (answer: Answer) => boolean): Promise<Load>
  close(): void
}

export function makeClient(): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const ask = (call: Call) => send(agent, call)
  return {
    ask,
    async load(requests, next, isExpected) {
      const [before, began] = [cpuTimes(), performance.now()]
      let left = requests
      const connection = async () => {
        while (left > 0) {
          left -= 1
          const call = next()
          const answer = await ask(call)
          if (!isExpected(answer)) throw new Error(`${call.url} answered ${answer.status}: ${answer.text}`)
        }
      }
      await Promise.all(Array.from({ length: CONNECTIONS }, connection))
      const seconds = (performance.now() - began) / 1000
      // The process of this Worker is the one that works while it is asked.
      const cpu = Math.max(...[...cpuTimes()].map(([pid, time]) => time - (before.get(pid) ?? time)))
      return { rate: requests / seconds, cpu: cpu / requests }
    },
    close: () => agent.destroy(),
  }
}

function send(agent: Agent, { url, method = 'GET', headers = {}, body }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const sent = request(url, { method, agent, headers: { ...headers, ...length } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode, text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function cpuTimes(): Map<number, number> {
  return new Map(workerds().map((pid) => [pid, cpuTimeOf(pid)]))
}
