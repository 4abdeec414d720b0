import { expect, test, vi } from 'vitest'
import { onDemand } from '../src/on-demand.ts'
import { rejectionOf } from './support/replies.ts'

const gone = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'))

test('a part is loaded when it is first asked for, and once', async () => {
  const load = vi.fn(async () => ({}))
  const part = onDemand(load)
  expect(load).not.toHaveBeenCalled()
  const first = await part()
  expect(await part()).toBe(first)
  expect(load).toHaveBeenCalledTimes(1)
})

test('a load that fails is tried once more', async () => {
  const load = vi.fn(async () => 'loaded').mockImplementationOnce(gone)
  expect(await onDemand<string>(load)()).toBe('loaded')
  expect(load).toHaveBeenCalledTimes(2)
})

test('one that fails twice is an error that says what to do, and whoever asks next loads anew', async () => {
  const load = vi
    .fn(async () => 'loaded')
    .mockImplementationOnce(gone)
    .mockImplementationOnce(gone)
  const part = onDemand<string>(load)
  expect(await rejectionOf(part())).toMatchObject({
    name: 'WebIdentityError',
    code: 'module_unavailable',
    message: expect.stringContaining('reload the page, or start the process again'),
    cause: new TypeError('Failed to fetch dynamically imported module'),
  })
  expect(await part()).toBe('loaded')
  expect(load).toHaveBeenCalledTimes(3)
})
