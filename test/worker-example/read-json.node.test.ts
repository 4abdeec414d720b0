import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { workerModule } from './worker-module.ts'

interface ReadJson {
  readText(message: Request | Response, longest: number): Promise<string>
}

const { readText } = await workerModule<ReadJson>('http/read-json.ts')

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A body that brings so much and then nothing more, and does not end. */
function stopping(bytes: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(bytes).fill(0x20)) })
}

test('an answer that unpacks to more than it told is read no further', async () => {
  const answer = new Response(stopping(65), {
    headers: { 'Content-Length': '9', 'Content-Encoding': 'gzip' },
  })
  const reading = expect(readText(answer, 64)).rejects.toMatchObject({ status: 413 })
  await vi.advanceTimersByTimeAsync(5000)
  await reading
})

test('a body that comes leaves no timer', async () => {
  expect(await readText(new Response('a body'), 64)).toBe('a body')
  await vi.advanceTimersByTimeAsync(0)
  expect(vi.getTimerCount()).toBe(0)
})

test('a body is waited for for five seconds', async () => {
  const waiting = expect(readText(new Response(stopping(9)), 64)).rejects.toMatchObject({ status: 408 })
  await vi.advanceTimersByTimeAsync(4999)
  expect(vi.getTimerCount()).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  await waiting
})
