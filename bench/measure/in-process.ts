// What a call costs inside this process, by tinybench.

import { Bench } from 'tinybench'

/** How long a turn lasts in ms, how many calls in a row are timed as one, and what of a turn is its figure. */
export interface Timing {
  readonly turn?: number
  readonly calls?: number
  /** The mean is for rates, of which slow calls are a part; the median when absent. */
  readonly figure?: 'p50' | 'mean'
}

/** Gives what one call takes, in µs. */
export function timed(
  call: () => unknown,
  { turn = 250, calls = 1, figure = 'p50' }: Timing = {},
): () => Promise<number> {
  const task =
    calls === 1
      ? call
      : // A call is shorter than the clock can tell: many in a row, each waited for.
        async () => {
          for (let index = 0; index < calls; index += 1) await call()
        }
  return async () => {
    // Fewer than tinybench's 64 at least: of what takes long a turn would be far longer than asked for.
    const bench = new Bench({ time: turn, iterations: 5, warmup: false, throws: true }).add('one', task)
    const [measured] = await bench.run()
    if (measured === undefined || !('latency' in measured.result)) throw new Error('It was not measured')
    return (measured.result.latency[figure] * 1000) / calls
  }
}
