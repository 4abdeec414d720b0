import { describe, expect, test } from 'vitest'
import { Rates, WINDOW } from '../../worker-example/ledger/rates.ts'

const now = 1000 * WINDOW

/** How many of so many requests may come. */
function counted(rates: Rates, requests: number, most: number, at = now): number {
  return Array.from({ length: requests }, () => rates.count('ci', most, at)).filter(Boolean).length
}

describe('a caller’s requests', () => {
  test('are counted by the minute, and anew in the next', () => {
    const rates = new Rates()
    expect(counted(rates, 5, 3, now)).toBe(3)
    expect(counted(rates, 5, 3, now + WINDOW - 1)).toBe(0)
    expect(counted(rates, 5, 3, now + WINDOW)).toBe(3)
    expect(rates.takeUntold(now + WINDOW)).toEqual({ ci: 3 })
  })

  test('are told once, and without those that were refused', () => {
    const rates = new Rates()
    counted(rates, 5, 3)
    expect(rates.takeUntold(now)).toEqual({ ci: 3 })
    expect(rates.takeUntold(now)).toEqual({})
  })

  test('of other isolates count as well, and those that were not told yet with them', () => {
    const rates = new Rates()
    counted(rates, 2, 10)
    rates.learn({ ci: 5 }, now)
    expect(counted(rates, 10, 10)).toBe(3)
  })

  test('are not forgotten because the sums of others come late', () => {
    const rates = new Rates()
    counted(rates, 8, 10)
    rates.takeUntold(now)
    rates.learn({ ci: 2 }, now)
    expect(counted(rates, 10, 10)).toBe(2)
  })
})

test('sums that come when their minute is over keep nobody from asking in the next', () => {
  const rates = new Rates()
  counted(rates, 1, 10)
  expect(counted(rates, 1, 10, now + WINDOW)).toBe(1)
  rates.learn({ ci: 10 }, now)
  expect(counted(rates, 10, 10, now + WINDOW)).toBe(9)
})

describe('the ledger', () => {
  test('adds up what isolates counted in a minute', () => {
    const rates = new Rates()
    expect(rates.add({ ci: 3 }, now, now)).toEqual({ ci: 3 })
    expect(rates.add({ ci: 4, other: 1 }, now, now)).toEqual({ ci: 7, other: 1 })
    expect(rates.add({ ci: 1 }, now + WINDOW, now + WINDOW)).toEqual({ ci: 1 })
  })

  test('charges a minute with no request of the one before', () => {
    const [isolate, ledger] = [new Rates(), new Rates()]
    const [late, next] = [now + WINDOW - 500, now + WINDOW + 500]
    expect(counted(isolate, 600, 600, late)).toBe(600)
    // Told when the minute is over …
    expect(isolate.takeUntold(next)).toEqual({})
    // … or told in time, and come late.
    counted(isolate, 600, 600, late)
    expect(ledger.add(isolate.takeUntold(late), late, next)).toEqual({})
    expect(ledger.add({ ci: 1 }, next, next)).toEqual({ ci: 1 })
  })
})
