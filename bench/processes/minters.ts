// Processes that mint as they are told, one of each contestant.

import { startChild } from '../measure/child.ts'
import type { Cost, Order } from './many-tokens.ts'
import { CONTESTANTS, type Contestant, type Stage } from './stage.ts'

export type { Cost, Order } from './many-tokens.ts'

/** Has an order filled. */
export type Fill = (order: Order) => Promise<Cost>

/** One process of each, for as long as the work takes. @param options of Node.js */
export async function minters<Found>(
  stage: Stage,
  options: readonly string[],
  work: (fill: Readonly<Record<Contestant, Fill>>) => Promise<Found>,
): Promise<Found> {
  const children = CONTESTANTS.map((name) => ({ name, child: startMinter(stage, name, options) }))
  try {
    // The names are those of CONTESTANTS.
    return await work(
      Object.fromEntries(children.map(({ name, child }) => [name, child.fill])) as Record<Contestant, Fill>,
    )
  } finally {
    await Promise.all(children.map(({ child }) => child.end()))
  }
}

/** A process of its own that is there for these orders, one after another. */
export async function fillAlone(
  stage: Stage,
  name: Contestant,
  options: readonly string[],
  orders: readonly Order[],
): Promise<readonly Cost[]> {
  const minter = startMinter(stage, name, options)
  try {
    const costs: Cost[] = []
    for (const order of orders) {
      costs.push(await minter.fill(order))
      await stage.expectRequests(order.mints)
    }
    return costs
  } finally {
    await minter.end()
  }
}

function startMinter({ programs, env }: Stage, name: Contestant, options: readonly string[]) {
  const child = startChild([...options, programs[name]], env)
  return {
    // It answers each order by its cost.
    fill: async (order: Order) => (await child.ask({ ...order })) as Cost,
    end: () => child.end(),
  }
}
